// Going from view to view without loading the page anew: the node's HTML is fetched and put in place.

let under = null;

export const changed = new EventTarget();

// What is done in one tab is looked at in the others.
const tabs = new BroadcastChannel("cremona");
tabs.addEventListener("message", () => changed.dispatchEvent(new Event("elsewhere")));

export function did() {
  tabs.postMessage("");
}

export function parse(text) {
  return new DOMParser().parseFromString(text, "text/html");
}

export async function fetchPage(url, options = {}) {
  const answer = await fetch(url, { credentials: "same-origin", ...options });
  const text = await answer.text();
  return { answer, page: parse(text) };
}

// Puts another view in place of this one. Where to: the part of the address behind # wins, else the top.
export function put(page, url, { push = true, scroll = true } = {}) {
  const parts = [".frame", "#bottom"];
  if (!page.querySelector(".frame")) { location.assign(url); return; }
  changed.dispatchEvent(new Event("leave"));
  for (const part of parts) {
    const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
    if (old && fresh) old.replaceWith(document.adoptNode(fresh));
  }
  document.title = page.title;
  for (const name of ["lang", "data-theme"]) {
    const value = page.documentElement.getAttribute(name);
    if (value === null) document.documentElement.removeAttribute(name);
    else document.documentElement.setAttribute(name, value);
  }
  for (const name of ["data-view", "data-cursor", "data-mine"]) document.body.setAttribute(name, page.body.getAttribute(name) ?? "");
  if (push) history.pushState({}, "", url);
  if (scroll) arrive(new URL(url, location.href));
  changed.dispatchEvent(new Event("put"));
}

export function arrive(url) {
  const aim = url.hash ? document.getElementById(decodeURIComponent(url.hash.slice(1))) : null;
  const unread = document.getElementById("new");
  if (aim) { (unread ?? aim).scrollIntoView({ block: "start" }); aim.focus({ preventScroll: true }); return; }
  if (unread) { unread.scrollIntoView({ block: "start" }); document.getElementById("main")?.focus({ preventScroll: true }); return; }
  scrollTo(0, 0);
  document.getElementById("main")?.focus({ preventScroll: true });
}

export async function visit(url, options = {}) {
  under?.abort();
  under = new AbortController();
  try {
    const { answer, page } = await fetchPage(url, { signal: under.signal });
    const end = new URL(answer.url);
    end.hash = end.hash || new URL(url, location.href).hash;
    put(page, end.href, options);
  } catch (error) {
    if (error.name === "AbortError") return;
    changed.dispatchEvent(new Event("down"));
  }
}

// Draws the same view again, without moving what is read.
export async function again() {
  try {
    const { answer, page } = await fetchPage(location.href);
    if (answer.ok) put(page, location.href, { push: false, scroll: false });
  } catch { changed.dispatchEvent(new Event("down")); }
}

// Where a form goes. A button without a target of its own says "here" when it is asked for one as a property.
export function target(form, by) {
  return by?.getAttribute("formaction") ?? form.getAttribute("action");
}

function ours(link) {
  return link.origin === location.origin && !link.hasAttribute("download") && link.target === "" && !link.pathname.startsWith("/assets/");
}

export function start() {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest("a[href]");
    if (!link || !ours(link)) return;
    const same = link.pathname === location.pathname && link.search === location.search;
    if (same && link.hash) return;
    event.preventDefault();
    visit(link.href);
  });
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.dataset.draft !== undefined) return;
    const by = event.submitter;
    event.preventDefault();
    const data = new URLSearchParams(new FormData(form, by));
    try {
      const { answer, page } = await fetchPage(target(form, by), { method: "POST", body: data });
      if (!answer.ok) { refused(page, form); return; }
      const away = answer.redirected && new URL(answer.url).pathname !== location.pathname;
      put(page, answer.redirected ? answer.url : location.href, { push: away, scroll: away });
      did();
    } catch { changed.dispatchEvent(new Event("down")); }
  });
  addEventListener("popstate", () => visit(location.href, { push: false }));
  history.scrollRestoration = "auto";
  if (location.hash || document.getElementById("new")) arrive(new URL(location.href));
}

// What was refused is said where it was tried, and what was typed stays there.
export function refused(page, form) {
  let line = document.getElementById("refused");
  if (!line) {
    line = Object.assign(document.createElement("p"), { id: "refused", className: "notice bad-notice" });
    line.setAttribute("role", "alert");
  }
  const room = form.matches(".stack, .pad, [data-draft]") ? form : document.getElementById("main");
  room.prepend(line);
  line.textContent = (page.querySelector("h1")?.textContent ?? "") + " " + (page.querySelector("h1 ~ p")?.textContent ?? "");
  line.scrollIntoView({ block: "nearest" });
}

let later = 0;

// One polite announcer; what comes quickly one after the other is said once.
export function announce(text) {
  clearTimeout(later);
  later = setTimeout(() => { document.getElementById("announcer").textContent = text; }, 150);
}
