// A photo's verdict at once: choosing a file sends its form, and htmx swaps the row for the answer (200 or 422).
// Without script the form's own button sends it.

export function mount(form) {
  const input = form.querySelector("input[type=file]");
  const button = [...form.querySelectorAll("button")].find((one) => one.type === "submit" && !one.name);
  if (!window.htmx || !input || !button) return;
  button.hidden = true;

  input.addEventListener("change", () => {
    if (!input.files.length) return;
    form.setAttribute("aria-busy", "true");
    form.requestSubmit(button);
  });
  // The connection broke: the file is still chosen, the button sends it again.
  form.addEventListener("htmx:error", () => (button.hidden = false));
  form.addEventListener("htmx:finally:request", () => form.removeAttribute("aria-busy"));
}
