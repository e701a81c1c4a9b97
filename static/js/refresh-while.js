// Draws its element anew every few seconds for as long as it has data-every: the number of seconds.

import { refresh } from "./morph.js";

export default function refreshWhile(element) {
  function next() {
    const seconds = Number(element.dataset.every);
    if (!element.isConnected || !seconds) return;
    setTimeout(() => refresh([`#${element.id}`]).catch(() => {}).finally(next), seconds * 1000);
  }

  next();
}
