// A public screen that nobody touches counts down in words and then forgets whoever stood there. While somebody touches
// it, the server is told now and then, so that its own, stricter clock goes on too.

export function mount(bar) {
  const rest = Number(bar.dataset.rest) * 1000;
  const warned = Number(bar.dataset.warned) * 1000;
  const every = Number(bar.dataset.tell) * 1000;
  const box = bar.querySelector("[role=alertdialog]");
  const seconds = bar.querySelector("[data-seconds]");
  let touched = Date.now();
  let told = 0;

  function tell() {
    if (Date.now() - told < every) return;
    told = Date.now();
    fetch(bar.dataset.still, { credentials: "same-origin", cache: "no-store" }).catch(() => {});
  }

  function touch() {
    touched = Date.now();
    box.hidden = true;
    tell();
  }

  function end() {
    sessionStorage.clear();
    location.replace(bar.dataset.over);
  }

  for (const kind of ["pointerdown", "keydown", "input", "wheel", "touchmove"]) {
    document.addEventListener(kind, touch, { capture: true, passive: true });
  }
  bar.querySelector("[data-stay]").addEventListener("click", touch);
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  setInterval(() => {
    const left = rest - (Date.now() - touched);
    if (left <= 0) return end();
    if (left > warned) return;
    seconds.textContent = String(Math.ceil(left / 1000));
    if (box.hidden) {
      box.hidden = false;
      bar.querySelector("[data-stay]").focus();
    }
  }, 500);
  tell();
}
