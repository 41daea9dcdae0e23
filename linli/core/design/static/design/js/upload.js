// A photo's verdict at once: choosing a file sends its form, and htmx swaps the row for the answer (200 or 422).
// Without script the form's own button sends it.

export function mount(form) {
  const input = form.querySelector("input[type=file]");
  const button = [...form.querySelectorAll("button")].find((one) => one.type === "submit" && !one.name);
  if (!window.htmx || !input || !button) return;
  button.hidden = true;

  // Without a connection (linli.js says so) the file stays chosen: it is sent when the network is back, or by the button.
  function send() {
    button.hidden = navigator.onLine;
    if (navigator.onLine) form.setAttribute("aria-busy", "true");
    form.requestSubmit(button);
  }

  input.addEventListener("change", () => input.files.length && send());
  addEventListener("online", () => form.isConnected && input.files.length && !button.hidden && send());
  form.addEventListener("htmx:error", () => (button.hidden = false));
  form.addEventListener("htmx:finally:request", () => form.removeAttribute("aria-busy"));
}
