// Copies data-text; shown only where the browser can.

export function mount(button, { say }) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.text);
    say("copied");
  });
}
