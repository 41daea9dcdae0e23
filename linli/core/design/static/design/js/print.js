// A button that prints; hidden without script, since the browser's own menu prints too.

export function mount(button) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
