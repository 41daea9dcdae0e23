// The workbench by keyboard. Rows stand in [data-rows]; 1…4 open the links [data-choice] in their order; Ctrl Enter sends
// form[data-submit-keys]. Everything else says its own key: data-key="j".
// Single letters and digits only while no field has the focus, and not at all when they are switched off.

const FIELDS = "input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]";

const ROW = "table[data-rows] > tbody > tr, tbody[data-rows] > tr, ul[data-rows] > li, ol[data-rows] > li";

const rows = () => [...document.querySelectorAll(ROW)].filter((row) => row.querySelector("a[href]"));

function go(step) {
  const all = rows();
  if (!all.length) return false;
  const here = all.findIndex((row) => row.classList.contains("is-here"));
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
  all.forEach((row) => row.classList.toggle("is-here", row === next));
  next.querySelector("a[href]").focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function tick() {
  const box = document.querySelector("[data-rows] .is-here input[type=checkbox]");
  box?.click();
  return Boolean(box);
}

function press(key) {
  const named = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key && !one.disabled);
  const target = named ?? (/[1-9]/.test(key) && document.querySelectorAll("[data-choice]")[key - 1]);
  if (!target) return false;
  target.matches(FIELDS) ? target.focus() : target.click();
  return true;
}

function send(active) {
  const form = active?.closest("form") ?? document.querySelector("form[data-submit-keys]");
  if (!form || form.matches("[role=search]")) return false;
  form.requestSubmit(form.querySelector(".button--main"));
  return true;
}

export function mount(main) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (send(document.activeElement)) event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches?.(FIELDS)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    let done = false;
    if (event.key === "ArrowDown" && !event.target.matches?.("[type=radio]")) done = go(1);
    else if (event.key === "ArrowUp" && !event.target.matches?.("[type=radio]")) done = go(-1);
    else if (event.key.length === 1 && main.dataset.letters !== "off") {
      const key = event.key.toLowerCase();
      if (key === "?") done = document.getElementById("keys")?.showModal() === undefined;
      else done = press(key) || (key === "x" && tick());
    }
    if (done) event.preventDefault();
  });

  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.(ROW);
    if (row) rows().forEach((one) => one.classList.toggle("is-here", one === row));
  });
}
