// Writing: drafts are kept by the node, and by this browser only while the node is away; a message is sent once,
// however often it is tried.
import { changed, did, fetchPage, put, refused, target } from "./go.js";

const stored = (form) => "cremona draft " + form.dataset.draft;
let timer = 0;

const form = () => document.querySelector("form[data-draft]");

function keepHere(one) {
  const data = Object.fromEntries(new FormData(one));
  try { localStorage.setItem(stored(one), JSON.stringify(data)); } catch { /* a full or forbidden store: the node still keeps it */ }
}

function forget(one) {
  try { localStorage.removeItem(stored(one)); } catch { /* as above */ }
}

// One after the other, so that what is kept first has its name before it is kept again.
let keeping = Promise.resolve();

function keep(one) {
  keeping = keeping.then(() => keepNow(one));
  return keeping;
}

async function keepNow(one) {
  const data = new URLSearchParams();
  data.set("for", one.dataset.draft);
  for (const name of ["text", "title", "draft"]) if (one.elements[name]) data.set(name, one.elements[name].value);
  try {
    const answer = await fetch("/draft", { method: "POST", body: data, credentials: "same-origin" });
    if (!answer.ok) return;
    if (one.elements.draft) one.elements.draft.value = answer.status === 204 ? "" : await answer.text();
    const line = document.getElementById("kept");
    if (line && answer.status !== 204) line.textContent = line.dataset.word ?? line.textContent;
    if (one.dataset.dirty === "") { delete one.dataset.dirty; forget(one); }
  } catch { changed.dispatchEvent(new Event("down")); }
}

function changedText(event) {
  const one = event.target.closest("form[data-draft]");
  if (!one) return;
  one.dataset.dirty = "";
  keepHere(one);
  clearTimeout(timer);
  timer = setTimeout(() => keep(one), 400);
}

// What was written while the node was away comes back into the form.
function restore() {
  const one = form();
  if (!one) return;
  if (!one.elements.draft) {
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: "draft", value: "" });
    one.append(hidden);
  }
  let data = null;
  try { data = JSON.parse(localStorage.getItem(stored(one)) ?? "null"); } catch { return; }
  if (!data?.text || data.text === one.elements.text.value) { if (data) forget(one); return; }
  for (const name of ["text", "title", "key"]) if (data[name] && one.elements[name]) one.elements[name].value = data[name];
  one.dataset.dirty = "";
  keep(one);
}

async function send(event) {
  const one = event.target.closest("form[data-draft]");
  if (!one || event.defaultPrevented) return;
  event.preventDefault();
  clearTimeout(timer);
  const by = event.submitter;
  const preview = by?.name === "preview";
  if (!preview) keepHere(one);
  await keeping;
  const data = new URLSearchParams(new FormData(one, by));
  try {
    const { answer, page } = await fetchPage(target(one, by), { method: "POST", body: data });
    if (answer.ok && !preview) { forget(one); delete one.dataset.dirty; did(); }
    if (!answer.ok) { refused(page, one); return; }
    put(page, answer.redirected ? answer.url : location.href, { push: answer.redirected && new URL(answer.url).pathname !== location.pathname });
  } catch {
    changed.dispatchEvent(new Event("down"));
    one.dataset.unsent = "";
  }
}

// Once the node is back, what could not be sent is sent, by the same key.
function back() {
  const one = form();
  if (!one) return;
  if (one.dataset.unsent === "") { delete one.dataset.unsent; one.requestSubmit(one.querySelector("button.primary")); return; }
  if (one.dataset.dirty === "") keep(one);
}

let people = null;

// Names after @ are completed from the team.
async function complete(event) {
  const area = event.target;
  if (!area.matches?.("textarea[data-complete]")) return;
  const before = area.value.slice(0, area.selectionStart);
  const typed = /(?:^|\s)@([^\s@]{1,30})$/u.exec(before);
  close();
  if (!typed) return;
  try {
    people ??= fetch("/api/v1/members", { credentials: "same-origin" }).then((answer) => answer.json());
    const { members } = await people;
    // Whoever types faster than the names come is asked about what stands there now.
    if (area.value.slice(0, area.selectionStart) !== before) return;
    close();
    const found = members.filter((one) => one.name.toLowerCase().startsWith(typed[1].toLowerCase())).slice(0, 6);
    if (!found.length) return;
    const box = Object.assign(document.createElement("ul"), { className: "complete", id: "complete" });
    box.setAttribute("role", "listbox");
    found.forEach((one, at) => {
      const item = Object.assign(document.createElement("li"), { textContent: one.name });
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(at === 0));
      item.addEventListener("mousedown", (down) => { down.preventDefault(); take(area, typed[1], one.name); });
      box.append(item);
    });
    area.insertAdjacentElement("afterend", box);
    area.setAttribute("aria-controls", "complete");
  } catch { people = null; }
}

function close() {
  document.getElementById("complete")?.remove();
}

function take(area, typed, name) {
  const at = area.selectionStart;
  area.setRangeText(name + " ", at - typed.length, at, "end");
  close();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function choose(event) {
  const box = document.getElementById("complete");
  if (!box || !event.target.matches?.("textarea[data-complete]")) return;
  const items = [...box.children];
  const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = (at + (event.key === "ArrowDown" ? 1 : items.length - 1)) % items.length;
    items.forEach((item, n) => item.setAttribute("aria-selected", String(n === next)));
  } else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") {
    event.preventDefault();
    const typed = /@([^\s@]{1,30})$/u.exec(event.target.value.slice(0, event.target.selectionStart));
    if (typed) take(event.target, typed[1], items[at].textContent);
  } else if (event.key === "Escape") {
    event.stopPropagation();
    close();
  }
}

export function start() {
  document.addEventListener("input", changedText);
  document.addEventListener("input", complete);
  document.addEventListener("keydown", choose, true);
  document.addEventListener("submit", send);
  document.addEventListener("focusout", (event) => { if (event.target.matches?.("textarea[data-complete]")) setTimeout(close, 100); });
  changed.addEventListener("put", restore);
  changed.addEventListener("back", back);
  changed.addEventListener("leave", () => { const one = form(); if (one?.dataset.dirty === "") { clearTimeout(timer); keep(one); } });
  restore();
}
