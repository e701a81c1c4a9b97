// Keeps a list of listings or booths true without moving it: new rows wait behind a pill, changed rows are redrawn in
// place, closed rows say so and stay where they are. The list needs an id; rows carry data-listing or data-booth.

import { announce, fill } from "./announce.js";
import { fetchPage, glow, morph, refresh } from "./morph.js";

export default function listLive(list) {
  const pill = document.querySelector(`[data-news-pill="${list.id}"]`);
  const counts = () => [...document.querySelectorAll("[data-live-count][id]")].map((place) => `#${place.id}`);
  const stale = new Set();
  let waiting = 0;
  let timer = null;

  const selector = (name, id) => `[data-${name}="${CSS.escape(String(id))}"]`;

  function opened() {
    waiting += 1;
    if (!pill) return;
    const words = fill(pill.dataset.text, { n: waiting });
    pill.querySelector("[data-words]").textContent = words;
    if (pill.hidden) announce(words);
    pill.hidden = false;
  }

  function changed(name, id) {
    if (!list.querySelector(selector(name, id))) return;
    stale.add(selector(name, id));
    // Spread out: every phone in the hall hears of the change in the same moment.
    timer ??= setTimeout(redraw, 200 + Math.random() * 800);
  }

  async function redraw() {
    const rows = [...stale];
    stale.clear();
    timer = null;
    const page = await fetchPage().catch(() => null);
    if (!page) return;
    for (const row of rows) {
      const old = list.querySelector(row);
      const fresh = page.querySelector(`#${CSS.escape(list.id)} ${row}`);
      if (old && fresh) {
        morph(old, fresh);
        glow(list.querySelector(row));
      }
    }
    for (const place of counts()) morph(document.querySelector(place), page.querySelector(place));
  }

  function closed(name, id) {
    for (const row of list.querySelectorAll(`${selector(name, id)}:not(.is-gone)`)) {
      row.classList.add("is-gone");
      const word = document.createElement("p");
      word.className = "gone-word";
      word.textContent = list.dataset.textClosed;
      row.append(word);
    }
  }

  async function show() {
    await refresh([`#${list.id}`, ...counts()]);
    list.setAttribute("tabindex", "-1");
    list.focus({ preventScroll: true });
    list.scrollIntoView({ block: "start" });
  }

  const on = (kind, act) => document.addEventListener(`fair:${kind}`, (event) => act(event.detail.data));
  on("listing.opened", opened);
  on("booth.opened", opened);
  on("listing.changed", (data) => changed("listing", data.listing));
  on("line.changed", (data) => changed("booth", data.booth));
  on("listing.closed", (data) => closed("listing", data.listing));
  on("booth.closed", (data) => closed("booth", data.booth));
  document.addEventListener("fair:morphed", ({ detail }) => {
    // The whole list is fresh, whoever asked for it: nothing waits any more.
    if (!detail.region.contains(list)) return;
    waiting = 0;
    if (pill) pill.hidden = true;
  });
  pill?.addEventListener("click", () => show().catch(() => location.reload()));
}
