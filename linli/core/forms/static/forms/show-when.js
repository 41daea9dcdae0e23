// Shows a field only while another one is answered as it waits for. Without it the field stands there with a note
// saying when to fill it in; the server decides in the end, by the same condition.

export function mount(element) {
  const form = element.closest("form");
  if (!form) return;
  const name = element.dataset.watch;
  const wanted = element.dataset.equals.split("\n");
  for (const note of element.querySelectorAll("[data-without-script]")) note.hidden = true;

  const update = () => {
    const answers = new FormData(form).getAll(name);
    // An unticked box sends nothing: it says "false".
    const box = form.querySelector(`input[type="checkbox"][name="${CSS.escape(name)}"][value="true"]`);
    if (box && !box.checked) answers.push("false");
    const watched = form.querySelector(`[name="${CSS.escape(name)}"]`);
    const asked = !watched || !watched.closest("[data-watch][hidden]");
    element.hidden = !(asked && answers.some((answer) => wanted.includes(answer)));
  };
  form.addEventListener("change", () => queueMicrotask(update));
  update();
}
