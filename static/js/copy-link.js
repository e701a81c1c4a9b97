// Copies an address, or with data-words those words as they are. Hidden until now: without a script it could do nothing.

import { announce } from "./announce.js";

export default function copyLink(button) {
  const words = button.querySelector("span") ?? button;
  const before = words.textContent;
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const { words: given, url } = button.dataset;
    await navigator.clipboard.writeText(given ?? new URL(url ?? "", location.href).href);
    words.textContent = button.dataset.textDone;
    announce(button.dataset.textDone);
    setTimeout(() => { words.textContent = before; }, 2000);
  });
}
