// 大字 and 深色 without a new page: the form is sent in the background, the page changes at once.

const root = document.documentElement;

function show(button) {
  const { name, value } = button;
  if (name === "size") {
    const large = value === "large";
    large ? (root.dataset.size = "large") : delete root.dataset.size;
    press(button, large, large ? "normal" : "large");
  }
  if (name === "theme") {
    root.dataset.theme = value;
    press(button, value === "dark", value === "dark" ? "light" : "dark");
  }
}

function press(button, pressed, next) {
  button.setAttribute("aria-pressed", String(pressed));
  button.value = next;
}

export function mount(form) {
  // Only the browser knows what the system prefers where nothing was chosen.
  const theme = form.querySelector("button[name=theme]");
  if (theme && !root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches) press(theme, true, "light");

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.name) return;
    event.preventDefault();
    const chosen = new FormData(form, button);
    show(button);
    fetch(form.action, { method: "POST", body: chosen, redirect: "manual", keepalive: true });
  });
}
