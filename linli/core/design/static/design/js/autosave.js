// Saves a form while one fills it in, and says so. On the form: data-autosave="URL"; an element with data-saved and
// role="status" takes the words. Files are not sent; the server answers 2xx when it has saved.

const QUIET = 1500; // ms without typing

export function mount(form, { words }) {
  const said = form.querySelector("[data-saved]");
  let waiting = 0;
  let dirty = false;

  async function save() {
    clearTimeout(waiting);
    if (!dirty) return;
    dirty = false;
    const values = new FormData(form);
    for (const [name, value] of [...values]) if (value instanceof File) values.delete(name);
    try {
      const options = { method: "POST", body: values, redirect: "manual", keepalive: true };
      const answer = await fetch(form.dataset.autosave, options);
      tell(answer.ok);
    } catch {
      tell(false);
    }
  }

  function tell(saved) {
    dirty ||= !saved;
    const time = new Date().toLocaleTimeString("zh-CN", { hour: "numeric", minute: "2-digit", hour12: false });
    if (said) said.textContent = words(saved ? "saved" : "not-saved", { time });
    if (saved) form.dispatchEvent(new CustomEvent("linli:saved"));
  }

  form.addEventListener("input", () => {
    dirty = true;
    clearTimeout(waiting);
    waiting = setTimeout(save, QUIET);
  });
  addEventListener("online", save);
  document.addEventListener("visibilitychange", () => document.hidden && save());
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    dirty = false;
  });
}
