// "35분 뒤", kept true. Texts come from the page: ahead ({n} minutes), hours ({h}, {n}), days ({d}),
// soon, over; ticking ({clock}) counts seconds.

import { fill } from "./announce.js";

export default function countdown(place) {
  const end = Date.parse(place.dateTime);
  const texts = place.dataset;
  if (Number.isNaN(end)) return;
  let over = false;

  function words(seconds) {
    if (seconds <= 0) return texts.textOver;
    const minutes = Math.ceil(seconds / 60);
    if (texts.textTicking) {
      const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      return fill(texts.textTicking, { clock });
    }
    if (minutes <= 1) return texts.textSoon;
    if (minutes >= 1440 && texts.textDays) return fill(texts.textDays, { d: Math.floor(minutes / 1440) });
    if (minutes >= 60 && texts.textHours) return fill(texts.textHours, { h: Math.floor(minutes / 60), n: minutes % 60 });
    return fill(texts.textAhead, { n: minutes });
  }

  function redraw() {
    if (!place.isConnected) return clearInterval(timer);
    const seconds = Math.round((end - Date.now()) / 1000);
    const text = words(seconds);
    if (place.textContent !== text) place.textContent = text;
    if (seconds <= 0 && !over) {
      over = true;
      place.classList.add("is-over");
      place.dispatchEvent(new CustomEvent("countdown:over", { bubbles: true }));
    }
  }

  const timer = setInterval(redraw, texts.textTicking ? 1000 : 30000);
  document.addEventListener("visibilitychange", () => document.hidden || redraw());
  redraw();
}
