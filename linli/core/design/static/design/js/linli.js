// Loads a behaviour where an element asks for it: <form data-module="{% static 'design/js/guard.js' %}">.
// A module exports mount(element, page); it is mounted once, at load and in whatever htmx brings in. `page` is what
// modules share (say, words, mountAll): they do not import one another, since each stands under a name with its hash.

const mounted = new WeakMap();

async function mountOne(element) {
  const paths = element.dataset.module.split(" ");
  const known = mounted.get(element) ?? new Set();
  mounted.set(element, known);
  for (const path of paths.filter((path) => !known.has(path))) {
    known.add(path);
    const module = await import(path);
    module.mount(element, page);
  }
}

function mountAll(root) {
  const elements = [...root.querySelectorAll("[data-module]")];
  if (root.matches?.("[data-module]")) elements.unshift(root);
  elements.forEach(mountOne);
}

// Say something that stands in a <template id="said-…"> of the page.
function say(what) {
  const words = document.getElementById(`said-${what}`);
  document.getElementById("said")?.replaceChildren(words.content.cloneNode(true));
}

function hush() {
  document.getElementById("said")?.replaceChildren();
}

// The words of <template id="said-…"> with its {places} filled.
function words(what, places) {
  const text = document.getElementById(`said-${what}`).content.textContent.trim();
  return text.replace(/\{(\w+)\}/g, (whole, name) => places[name] ?? whole);
}

const page = { say, words, mountAll };

const TROUBLE = { 403: "forbidden", 404: "gone", 413: "too-large" };

document.addEventListener("htmx:after:process", (event) => mountAll(event.target));
document.addEventListener("htmx:before:request", hush);

document.addEventListener("htmx:response:error", ({ detail }) => {
  const status = detail.ctx.response.status;
  if (status in TROUBLE || status >= 500) say(TROUBLE[status] ?? "failed");
});
document.addEventListener("htmx:error", () => say(navigator.onLine ? "failed" : "offline"));

// Without a connection a form is not sent at all: the page would be gone, and what was typed with it. Asked first of
// all listeners, so that a form that saves itself goes on waiting for the network.
document.addEventListener(
  "submit",
  (event) => {
    if (navigator.onLine || event.target.method !== "post") return;
    event.preventDefault();
    event.stopPropagation();
    say("offline");
  },
  { capture: true },
);

// A session that ended answers with the sign-in page, a done POST with another page: go there, don't swap it in.
document.addEventListener("htmx:after:request", (event) => {
  const { raw } = event.detail.ctx.response;
  if (raw.redirected && event.detail.ctx.text.trimStart().toLowerCase().startsWith("<!doctype")) {
    event.preventDefault();
    location.assign(raw.url);
  }
});

// What was typed is kept per tab (guard.js) until another page shows that it has arrived; signing out forgets it at once.
const KEPT = "linli:form:";

function forgetWhatArrived() {
  const waiting = location.pathname.startsWith(document.body.dataset.signIn) || "keepTyped" in document.body.dataset;
  if (waiting) return;
  for (const key of Object.keys(sessionStorage).filter((key) => key.startsWith(KEPT))) {
    const { sent, path } = JSON.parse(sessionStorage.getItem(key));
    if (sent && path !== location.pathname) sessionStorage.removeItem(key);
  }
}

document.addEventListener("submit", (event) => {
  if ("forgets" in event.target.dataset) sessionStorage.clear();
});

forgetWhatArrived();
mountAll(document);
