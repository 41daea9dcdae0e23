// Opens the <dialog> named by data-opens before what cannot be undone; without script the link leads to a page that asks.

export function mount(opener) {
  opener.addEventListener("click", (event) => {
    const dialog = document.getElementById(opener.dataset.opens);
    if (!dialog) return;
    event.preventDefault();
    dialog.showModal();
  });
}
