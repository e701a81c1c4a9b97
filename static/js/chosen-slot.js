// The main button says what it will do: "오후 2:20 면접 예약하기". Until a time is chosen it says so in general.

import { fill } from "./announce.js";

export default function chosenSlot(button) {
  const words = button.querySelector("span") ?? button;
  const general = words.textContent;
  const form = button.form;

  function redraw() {
    const chosen = form.querySelector("[data-slot] input:checked");
    const time = chosen?.closest("[data-slot]").querySelector(".slot-time").textContent.trim();
    words.textContent = time ? fill(button.dataset.text, { time }) : general;
  }

  form.addEventListener("change", redraw);
  document.addEventListener("fair:morphed", redraw);
  redraw();
}
