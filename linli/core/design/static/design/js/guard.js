// Nothing typed is lost: the fields are kept for this tab, and put back when the form is shown again empty
// (a session that ended, a page gone by mistake). Passwords, codes, files and [data-unkept] are never kept.

const UNKEPT = "[type=password], [type=file], [type=hidden], [autocomplete=one-time-code], [data-unkept]";

export function mount(form, { say }) {
  const key = `linli:form:${location.pathname}#${form.id || form.getAttribute("action") || ""}`;
  let dirty = false;
  let sending = false;

  const fields = () => [...form.elements].filter((field) => field.name && !field.matches(UNKEPT) && field.type !== "submit");
  const state = (field) => (["checkbox", "radio"].includes(field.type) ? field.checked : field.value);
  const nameOf = (field) => (["checkbox", "radio"].includes(field.type) ? `${field.name}=${field.value}` : field.name);

  function keep(sent = false) {
    const values = Object.fromEntries(fields().map((field) => [nameOf(field), state(field)]));
    sessionStorage.setItem(key, JSON.stringify({ values, sent, path: location.pathname }));
  }

  function putBack() {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
    if (!kept || form.querySelector("[aria-invalid=true]")) return; // the server has shown what was sent
    let changed = false;
    for (const field of fields()) {
      const value = kept.values[nameOf(field)];
      if (value === undefined || value === state(field)) continue;
      typeof value === "boolean" ? (field.checked = value) : (field.value = value);
      changed = true;
    }
    if (!changed) return;
    dirty = true;
    form.dispatchEvent(new Event("input", { bubbles: true }));
    say("restored");
  }

  putBack();
  form.addEventListener("input", () => {
    dirty = true;
    sending = false;
    keep();
  });
  form.addEventListener("submit", () => {
    sending = true;
    keep(true);
  });
  form.addEventListener("linli:saved", () => {
    dirty = false;
    sessionStorage.removeItem(key);
  });
  addEventListener("beforeunload", (event) => {
    if (dirty && !sending && form.isConnected) event.preventDefault();
  });
}
