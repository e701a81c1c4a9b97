// The dot and its words: live, polling or stale. Only a change of state is spoken.

import { announce } from "./announce.js";

export function show(root, state) {
  const place = root.matches("[data-live-status]") ? root : document.querySelector("[data-live-status]");
  if (!place || place.dataset.state === state) return;
  const first = place.dataset.state === "connecting" && state === "live";
  const words = place.dataset[`text${state[0].toUpperCase()}${state.slice(1)}`];
  place.hidden = false;
  place.dataset.state = state;
  place.querySelector("[data-live-words]").textContent = words;
  // That all is well from the start is no news to anybody who listens.
  if (!first) announce(words);
}
