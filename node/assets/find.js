// Search as you type, and the jump list: places by name, else a search.
import { changed, fetchPage, visit } from "./go.js";

let timer = 0;
let under = null;

function type(event) {
  const box = event.target;
  if (box.id !== "q") return;
  clearTimeout(timer);
  timer = setTimeout(() => look(box, "&typing=true"), 15);
}

// Puts in what is found. The box is left alone: what is typed meanwhile stays in it.
async function look(box, how) {
  under?.abort();
  under = new AbortController();
  const url = "/search?q=" + encodeURIComponent(box.value);
  try {
    const { page } = await fetchPage(url + how, { signal: under.signal });
    if (!box.isConnected) return;
    for (const id of ["results", "q-result"]) {
      const [old, now] = [document.getElementById(id), page.getElementById(id)];
      if (old && now) old.replaceWith(document.adoptNode(now));
    }
    history.replaceState({}, "", url);
  } catch (error) { if (error.name !== "AbortError") changed.dispatchEvent(new Event("down")); }
}

function places() {
  return [...document.querySelectorAll(".rail a[href], #list .row h3 a, #list .row h2 a")].map((link) => ({ name: link.textContent.trim().replace(/\s+/gu, " "), href: link.getAttribute("href") }));
}

function fill() {
  const list = document.getElementById("jump-list");
  const typed = document.getElementById("jump-q").value.trim().toLowerCase();
  list.replaceChildren();
  places().filter((place) => place.name.toLowerCase().includes(typed)).slice(0, 12).forEach((place) => {
    const item = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: place.href, textContent: place.name });
    item.append(link);
    list.append(item);
  });
}

export function start() {
  document.addEventListener("input", type);
  document.addEventListener("input", (event) => { if (event.target.id === "jump-q") fill(); });
  document.addEventListener("click", (event) => {
    const dialog = document.getElementById("jump-dialog");
    if (event.target.closest("#jump")) { document.getElementById("jump-q").value = ""; fill(); dialog.showModal(); document.getElementById("jump-q").focus(); }
    if (event.target.closest("#jump-list a")) dialog.close();
  }, true);
  document.addEventListener("keydown", (event) => {
    const dialog = document.getElementById("jump-dialog");
    if (!dialog?.open) return;
    const links = [...dialog.querySelectorAll("#jump-list a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown") { event.preventDefault(); links[Math.min(links.length - 1, at + 1)]?.focus(); }
    if (event.key === "ArrowUp") { event.preventDefault(); (links[at - 1] ?? document.getElementById("jump-q")).focus(); }
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("role") !== "search") return;
    event.preventDefault();
    const dialog = document.getElementById("jump-dialog");
    const first = dialog.open ? dialog.querySelector("#jump-list a") : null;
    const q = form.elements.q.value;
    dialog.open && dialog.close();
    if (first) { visit(first.href); return; }
    if (form.elements.q.id === "q") { clearTimeout(timer); look(form.elements.q, ""); return; }
    visit("/search?q=" + encodeURIComponent(q));
  });
}
