// Turns the pages of the wall every twelve seconds, draws it anew each minute (free times pass), and says when it is stale.

import { refresh } from "./morph.js";

const turn = 12000;
const minute = 60000;

export default function wallTurn(body) {
  let at = 0;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const stale = document.querySelector("[data-wall-stale]");
  const dot = document.querySelector("[data-live-status]");

  function show() {
    const pages = [...body.querySelectorAll("[data-wall-page]")];
    pages.forEach((page, n) => { page.hidden = !still && n !== at % pages.length; });
  }

  show();
  setInterval(() => { at += 1; show(); }, turn);
  document.addEventListener("fair:morphed", show);
  // Until it succeeds again the page says so itself; nobody in a hall presses a key.
  setInterval(() => refresh(["#wall-body"]).then(() => mark(false), () => mark(true)), minute);
  window.addEventListener("offline", () => mark(true));
  window.addEventListener("online", () => refresh(["#wall-body"]).then(() => mark(false), () => mark(true)));
  new MutationObserver(() => mark(dot.dataset.state === "stale")).observe(dot, { attributeFilter: ["data-state"] });

  function mark(is) {
    if (stale) stale.hidden = !is;
  }
}
