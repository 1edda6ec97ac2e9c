// The keyboard: `j` moves real focus from row to row; keys press the buttons that stand there.
import { changed, fetchPage, visit } from "./go.js";

const rows = () => [...document.querySelectorAll("#list .row h3 a, #list .row h2 a, #results .row h3 a, #messages .message")];

function current() {
  const at = document.activeElement;
  return rows().findIndex((row) => row === at || row.closest(".row, .message")?.contains(at));
}

function move(by) {
  const all = rows();
  if (!all.length) return;
  const at = current();
  const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function here() {
  return document.activeElement?.closest?.(".row, .message") ?? null;
}

// Presses what carries the key: in the row that has the focus, else anywhere in the view.
function press(key) {
  const find = (place) => place?.querySelector(`[data-key="${key}"]`);
  const button = find(here()) ?? find(document.querySelector("main"));
  button?.click();
  return Boolean(button);
}

function flag(colour) {
  const radio = document.querySelector(`#composer input[name="flag"][value="${colour}"]`);
  if (radio) radio.checked = true;
  return Boolean(radio);
}

let last = null;
async function why() {
  const row = here();
  const id = row?.dataset.thread;
  if (!id || id === last || !document.getElementById("why")) return;
  last = id;
  try {
    const { page } = await fetchPage("/why/" + id);
    const [old, now] = [document.getElementById("why"), page.getElementById("why")];
    if (old && now && last === id) old.replaceWith(document.adoptNode(now));
  } catch { changed.dispatchEvent(new Event("down")); }
}

const does = {
  j: () => move(1),
  k: () => move(-1),
  n: () => { const all = [...document.querySelectorAll("#list .unread h3 a")]; const link = all[all.indexOf(document.activeElement) + 1]; if (link) link.focus(); else document.querySelector('.rail a[href="/"]')?.click(); },
  u: () => history.back(),
  e: () => press("e"),
  h: () => press("h"),
  w: () => press("w"),
  s: () => press("s"),
  f: () => press("f"),
  m: () => press("m"),
  c: () => press("c") || visit("/channels"),
  r: () => document.getElementById("reply")?.focus(),
  1: () => flag("red"),
  2: () => flag("yellow"),
  3: () => flag("green"),
  0: () => flag(""),
  "/": () => { const box = document.getElementById("q"); if (box) box.focus(); else visit("/search").then(() => document.getElementById("q")?.focus()); },
  "?": () => document.getElementById("keys-dialog").showModal(),
  z: () => document.body.classList.toggle("calm"),
};

export function start() {
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field?.form) {
      event.preventDefault();
      field.form.requestSubmit(field.form.querySelector("button.primary"));
      return;
    }
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      document.getElementById("jump")?.click();
      return;
    }
    if (field && event.key === "Escape") { field.blur(); document.getElementById("main")?.focus({ preventScroll: true }); return; }
    if (field && field.type !== "radio" && field.type !== "checkbox") return;
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (!document.body.hasAttribute("data-keys")) return;
    const act = does[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  document.addEventListener("focusin", why);
  changed.addEventListener("put", () => { last = null; });
}
