// The batch bar: there from the first tick, counts, and colours the ticked rows. Mounted on the form around list and bar;
// the words stand in [data-count] of the bar. Without script the bar always stands there.

export function mount(form, { words }) {
  const bar = form.querySelector(".batch");
  const count = bar.querySelector("[data-count]");
  const boxes = () => [...form.querySelectorAll("[data-rows] input[type=checkbox]")];

  function show() {
    const ticked = boxes().filter((box) => box.checked).length;
    for (const box of boxes()) box.closest("tr, li").setAttribute("aria-selected", String(box.checked));
    bar.hidden = ticked === 0;
    if (ticked) count.textContent = words("ticked", { n: ticked });
  }

  form.addEventListener("change", show);
  show();
}
