// Saves a form while one fills it in, and says so. On the form: data-save-to="URL", and an element with
// data-saved="{time} 已自动存好" data-not-saved="…" role="status". Files are not sent; the server answers 2xx when it has saved.

const QUIET = 1500; // ms without typing

export function mount(form) {
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
      const answer = await fetch(form.dataset.saveTo, { method: "POST", body: values, redirect: "manual", keepalive: true });
      dirty ||= !answer.ok;
      tell(answer.ok);
    } catch {
      dirty = true;
      tell(false);
    }
  }

  function tell(saved) {
    const now = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
    if (said) said.textContent = saved ? said.dataset.saved.replace("{time}", now) : said.dataset.notSaved;
    if (saved) form.dispatchEvent(new CustomEvent("linli:saved"));
  }

  form.addEventListener("input", () => {
    dirty = true;
    clearTimeout(waiting);
    waiting = setTimeout(save, QUIET);
  });
  document.addEventListener("visibilitychange", () => document.hidden && save());
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    dirty = false;
  });
}
