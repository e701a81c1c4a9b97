// Draws its element anew when one of the named news comes: data-on="mine booth.closed". With data-of-booth or
// data-of-coach only news of that booth or coach counts. The element needs an id and has its like in the fetched page.

import { refresh } from "./morph.js";

export default function refreshOn(element) {
  const { on, ofBooth, ofCoach } = element.dataset;
  let timer = null;

  function ours(name, data) {
    if (name === "mine") return true;
    if (ofBooth) return String(data.booth) === ofBooth;
    if (ofCoach) return String(data.coach) === ofCoach;
    return true;
  }

  function ask() {
    timer = null;
    // What somebody is typing stays: see morph.js.
    refresh([`#${element.id}`]).catch(() => {});
  }

  for (const name of on.split(" ")) {
    document.addEventListener(`fair:${name}`, ({ detail }) => {
      // Spread out: every phone in the hall hears of it in the same moment.
      if (element.isConnected && ours(name, detail.data)) timer ??= setTimeout(ask, 100 + Math.random() * 400);
    });
  }
}
