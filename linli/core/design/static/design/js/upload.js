// A photo's verdict at once. On <form data-upload="#material-3">: choosing a file posts the form and swaps the named
// element for the answer (200 or 422, HTML). Without script the form's own button sends it.

export function mount(form, { say, mountAll }) {
  const input = form.querySelector("input[type=file]");
  const button = form.querySelector("button[type=submit], button:not([type])");
  const busy = form.querySelector("[data-busy]");
  if (button) button.hidden = true;

  input.addEventListener("change", async () => {
    if (!input.files.length) return;
    if (busy) busy.hidden = false;
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } });
      const text = await answer.text();
      if (text.trimStart().toLowerCase().startsWith("<!doctype")) {
        if (answer.redirected) return location.assign(answer.url);
        return say(answer.status === 413 ? "too-large" : "failed");
      }
      const fresh = new DOMParser().parseFromString(`<template>${text}</template>`, "text/html").querySelector("template").content.firstElementChild;
      const old = document.querySelector(form.dataset.upload);
      old.replaceWith(fresh);
      window.htmx?.process(fresh);
      mountAll(fresh);
      fresh.querySelector("[role=status]")?.focus();
    } catch {
      say(navigator.onLine ? "failed" : "offline");
    } finally {
      if (busy) busy.hidden = true;
      form.removeAttribute("aria-busy");
    }
  });
}
