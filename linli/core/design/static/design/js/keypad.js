// Keys on the screen write into the field beside them at once; without script each key is sent as a form.

export function mount(pad) {
  const field = pad.closest("form").elements.typed;
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("button[name=key]")?.value;
    if (!key) return;
    event.preventDefault();
    if (key === "back") field.value = field.value.slice(0, -1);
    else if (key === "clear") field.value = "";
    else if (field.value.length < field.maxLength) field.value += key;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
