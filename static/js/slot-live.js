// Keeps the keys of a slot picker true while others book. Never moves a key; a lost choice is said, and the nearest shown.

import { announce, fill } from "./announce.js";
import { glow, refresh } from "./morph.js";

export default function slotLive(picker) {
  const key = (slot) => picker.querySelector(`[data-slot="${CSS.escape(slot)}"]`);
  const status = picker.querySelector("[data-slot-status]");
  let timer = null;

  function redraw(label, seats) {
    const input = label.querySelector("input");
    const words = label.querySelector(".slot-seats");
    const lost = seats < 1 && input.checked;
    // A key shut for another reason (the reader is elsewhere then) is not opened by a free seat.
    const other = input.disabled && words.textContent !== picker.dataset.textFull && label.classList.contains("is-taken");
    if (other) return;
    input.disabled = seats < 1;
    label.classList.toggle("is-taken", seats < 1);
    words.textContent = seats < 1 ? picker.dataset.textFull : seats > 1 ? fill(picker.dataset.textSeats, { n: seats }) : "";
    glow(label);
    if (lost) pointToNearest(label);
  }

  function pointToNearest(label) {
    const keys = [...picker.querySelectorAll("[data-slot]")];
    const here = keys.indexOf(label);
    const free = keys.filter((other) => !other.querySelector("input").disabled);
    free.sort((a, b) => Math.abs(keys.indexOf(a) - here) - Math.abs(keys.indexOf(b) - here));
    label.querySelector("input").checked = false;
    for (const other of free.slice(0, 3)) other.classList.add("is-near");
    const time = free[0]?.querySelector(".slot-time").textContent.trim();
    const sentence = time ? fill(picker.dataset.textLost, { time }) : picker.dataset.textNone;
    if (status) {
      status.textContent = sentence;
      status.hidden = false;
    } else announce(sentence);
    picker.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function changed(event) {
    const { slot, seats_left: seats } = event.detail.data;
    const label = key(String(slot));
    if (label) redraw(label, event.detail.kind === "slot.closed" ? 0 : seats);
  }

  function opened(event) {
    const { slot, booth, coach, seats_left: seats } = event.detail.data;
    const ours = booth ? String(booth) === picker.dataset.booth : String(coach) === picker.dataset.coach;
    const label = key(String(slot));
    if (label) redraw(label, seats ?? 1);
    else if (ours) {
      clearTimeout(timer); // several slots open together: one fetch
      timer = setTimeout(() => refresh([`#${picker.id}`]).catch(() => {}), 300 + Math.random() * 700);
    }
  }

  document.addEventListener("fair:slot.changed", changed);
  document.addEventListener("fair:slot.closed", changed);
  document.addEventListener("fair:slot.opened", opened);
  // A morph may have shut the chosen key.
  document.addEventListener("fair:morphed", () => {
    const lost = picker.querySelector("input:checked:disabled");
    if (lost) pointToNearest(lost.closest("[data-slot]"));
  });
  picker.addEventListener("change", (event) => {
    if (!event.target.checked) return;
    status.hidden = true;
    for (const near of picker.querySelectorAll(".is-near")) near.classList.remove("is-near");
  });
}
