// The batch bar: there from the first tick, counts, and colours the ticked rows. Mounted on the form around list and bar.
// The bar: .batch with data-words="选了 {n} 件" on its <strong>. Without script the bar always stands there.

export function mount(form) {
  const bar = form.querySelector(".batch");
  const count = bar.querySelector("[data-words]");
  const boxes = () => [...form.querySelectorAll("[data-rows] input[type=checkbox]")];

  function show() {
    const ticked = boxes().filter((box) => box.checked);
    boxes().forEach((box) => box.closest("[data-rows] > *").setAttribute("aria-selected", String(box.checked)));
    bar.hidden = ticked.length === 0;
    count.textContent = count.dataset.words.replace("{n}", ticked.length);
  }

  form.addEventListener("change", show);
  form.addEventListener("htmx:after:swap", show);
  show();
}
