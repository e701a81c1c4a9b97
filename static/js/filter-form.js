// A GET form that asks again as soon as a choice is made. Without a script it is a plain form with a button.

import { announce } from "./announce.js";
import { refresh } from "./morph.js";

export default function filterForm(form) {
  const region = form.dataset.results;
  let timer = null;
  let asked = 0;

  function address() {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && value.trim()) query.append(name, value.trim());
    const url = new URL(form.action || location.href);
    url.search = query;
    return url;
  }

  async function show(url) {
    const mine = (asked += 1);
    const results = document.querySelector(region);
    results.setAttribute("aria-busy", "true");
    try {
      await refresh([region], url);
    } catch {
      location.assign(url);
      return;
    }
    // An older answer that comes late must not end a newer question.
    if (mine !== asked) return;
    const place = document.querySelector(region);
    place.removeAttribute("aria-busy");
    announce(place.querySelector("[data-result-count]")?.textContent.trim());
  }

  function ask({ keep }) {
    clearTimeout(timer);
    const url = address();
    if (url.href === location.href) return;
    // Letters typed one by one are one step back, not ten.
    history[keep ? "pushState" : "replaceState"]({ filter: true }, "", url);
    show(url);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask({ keep: true });
  });
  form.addEventListener("change", (event) => {
    if (!event.target.matches("[type=search], [type=text]")) ask({ keep: true });
  });
  form.addEventListener("input", (event) => {
    if (!event.target.matches("[type=search], [type=text]") || event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(() => ask({ keep: false }), 400);
  });
  // The last syllable of a Korean word is finished without an input event of its own in some browsers.
  form.addEventListener("compositionend", () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask({ keep: false }), 400);
  });
  window.addEventListener("popstate", () => {
    const query = new URLSearchParams(location.search);
    for (const control of form.elements) {
      if (!control.name || control.type === "hidden") continue;
      if (control.type === "checkbox" || control.type === "radio") control.checked = query.getAll(control.name).includes(control.value);
      else control.value = query.get(control.name) ?? "";
    }
    show(new URL(location.href));
  });
  form.dataset.ready = "";
}
