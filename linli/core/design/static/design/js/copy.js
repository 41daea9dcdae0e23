// Copies data-text; shown only where the browser can.

import { say } from "./linli.js";

export function mount(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.text);
    say("copied");
  });
}
