// What comes while the page is open: it never moves what is read; a line says where it is.
import { again, announce, changed, fetchPage } from "./go.js";

let source = null;
let due = 0;
let looked = 0;
let down = false;
let fresh = null;

function isDown(value) {
  if (down === value) return;
  down = value;
  const line = document.getElementById("down");
  line.hidden = !value;
  changed.dispatchEvent(new Event(value ? "stopped" : "back"));
}

function connect() {
  source?.close();
  const since = document.body.dataset.cursor;
  source = new EventSource("/api/v1/events?since=" + encodeURIComponent(since) + "&mine=" + document.body.dataset.mine);
  source.addEventListener("open", () => { if (down) { isDown(false); look(); } });
  source.addEventListener("error", () => {
    isDown(true);
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 1000);
  });
  const news = (event) => {
    if (event.lastEventId) document.body.dataset.cursor = event.lastEventId;
    clearTimeout(due);
    // What comes alone is looked at at once, what comes quickly one after the other together.
    due = setTimeout(look, performance.now() - looked > 250 ? 0 : 40);
  };
  source.addEventListener("message", news);
  source.addEventListener("mine", news);
}

// Looks at this view again and puts in what may change without moving anything: counts, and what stands at the end.
async function look() {
  looked = performance.now();
  const at = location.href;
  let page;
  try {
    const got = await fetchPage(at);
    if (!got.answer.ok) return;
    page = got.page;
  } catch { isDown(true); return; }
  // Another view has been put in its place meanwhile.
  if (location.href !== at) { due = setTimeout(look, 40); return; }
  swap(page, "#rail");
  swap(page, "#bottom");
  const view = document.body.dataset.view;
  if (["thread", "channel"].includes(view)) {
    head(page);
    swap(page, "#context");
    document.title = page.title;
  }
  if (view === "thread") append(page);
  else if (document.querySelector("#list[data-live]")) list(page);
}

// Buttons stay under the hand: who has just read a thread to its end can still say that it is done.
function head(page) {
  const what = "main > .view-head";
  const can = (where, deeds) => where.querySelector(what)?.querySelector(deeds);
  const read = can(document, "[value=done]") && !can(page, "[value=done], [value=undo-done]");
  if (!read) swap(page, what);
}

function touched(field) {
  if (field.options) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((one) => one.defaultSelected));
  return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
}

function swap(page, what) {
  const [old, now] = [document.querySelector(what), page.querySelector(what)];
  if (!old || !now || old.outerHTML === now.outerHTML || old.contains(document.activeElement)) return;
  // What was typed or picked there and not sent stays.
  if ([...old.querySelectorAll("input, textarea, select")].some(touched)) return;
  old.replaceWith(document.adoptNode(now));
}

// What was seen to its end is read.
let watch = null;
function reads() {
  watch?.disconnect();
  const last = document.querySelector("#messages > li:last-child");
  const thread = document.querySelector("#composer input[name=thread]")?.value;
  if (!last || !thread || !document.getElementById("new") && !unread) return;
  watch = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting) || document.visibilityState !== "visible") return;
    watch.disconnect();
    unread = false;
    fetch("/act", { method: "POST", credentials: "same-origin", redirect: "manual", body: new URLSearchParams({ do: "read-all", thread, back: "/" }) }).catch(() => isDown(true));
  });
  watch.observe(last);
}
let unread = false;

function append(page) {
  const here = document.getElementById("messages");
  const there = page.getElementById("messages");
  if (!here || !there) return;
  const parts = [...there.querySelectorAll(".message")];
  // More has come than a page holds: nothing of it follows what is here.
  if (here.querySelector(".message") && !parts.some((part) => document.getElementById(part.id))) {
    wait(there, page.querySelector("#new span")?.textContent ?? page.title);
    return;
  }
  let added = 0;
  for (const li of [...there.children]) {
    const message = li.querySelector(".message");
    if (!message) continue;
    const known = document.getElementById(message.id);
    if (known) {
      const busy = known.contains(document.activeElement) && document.activeElement !== known;
      if (known.outerHTML !== message.outerHTML && !busy && !known.querySelector("details[open]")) known.replaceWith(document.adoptNode(message));
    } else {
      here.append(document.adoptNode(li));
      added += 1;
    }
  }
  if (added) { unread = true; reads(); }
  if (added) announce(document.querySelector("#messages > li:last-child .byline h2")?.textContent ?? "");
}

function list(page) {
  const [here, there] = [document.getElementById("list"), page.getElementById("list")];
  if (!here || !there || here.innerHTML === there.innerHTML) return;
  const ids = (part) => new Set([...part.querySelectorAll("[data-thread]")].map((row) => row.dataset.thread));
  const [old, now] = [ids(here), ids(there)];
  const moved = [...now].filter((id) => !old.has(id)).length + [...old].filter((id) => !now.has(id)).length;
  fresh = there;
  const line = document.getElementById("fresh");
  // Nobody reads here: at the top, and the focus is elsewhere.
  const idle = scrollY < 8 && !here.contains(document.activeElement);
  if (!line || idle || moved === 0) { show(); return; }
  wait(there, page.querySelector(".lead")?.textContent ?? page.title);
}

// A line says that there is more; it is put in when that is asked for.
function wait(part, text) {
  fresh = part;
  document.getElementById("fresh-text").textContent = text;
  document.getElementById("fresh").hidden = false;
  announce(text);
}

function show() {
  const here = fresh && document.getElementById(fresh.id);
  if (!here) return;
  const focused = document.activeElement?.closest("[data-thread]")?.dataset.thread;
  here.replaceWith(document.adoptNode(fresh));
  fresh = null;
  const line = document.getElementById("fresh");
  if (line) line.hidden = true;
  if (focused) document.querySelector(`[data-thread="${focused}"] h3 a`)?.focus({ preventScroll: true });
  reads();
}

export function start() {
  if (!document.querySelector(".frame")) return;
  connect();
  changed.addEventListener("down", () => isDown(true));
  changed.addEventListener("elsewhere", look);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  changed.addEventListener("put", () => { fresh = null; reads(); });
  document.addEventListener("visibilitychange", reads);
  reads();
  document.addEventListener("click", (event) => { if (event.target.id === "fresh-show") { show(); document.getElementById("main").focus(); } });
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) { connect(); again(); } });
}
