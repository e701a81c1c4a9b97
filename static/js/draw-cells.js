// Draws half hours: a mouse paints while it is pressed, arrows move between the boxes, shift and an arrow paint on the way.
// A finger taps, so that the page still scrolls under it.

export default function drawCells(table) {
  let paint = null;

  const at = (box, down, right) => {
    const cell = box.closest("td");
    const row = table.rows[cell.parentElement.rowIndex + down];
    return row?.cells[cell.cellIndex + right]?.querySelector("input");
  };

  table.addEventListener("pointerdown", (event) => {
    const box = event.target.closest("td")?.querySelector("input");
    if (!box || event.pointerType === "touch" || event.button !== 0) return;
    event.preventDefault(); // the click would turn it back
    paint = !box.checked;
    box.checked = paint;
    box.focus();
  });
  table.addEventListener("pointerover", (event) => {
    const box = event.target.closest("td")?.querySelector("input");
    if (box && paint !== null) box.checked = paint;
  });
  table.addEventListener("click", (event) => {
    // A mouse has painted already; keys (detail 0) and fingers click.
    if (event.pointerType === "mouse" && event.detail > 0 && event.target.closest("td")) event.preventDefault();
  });
  addEventListener("pointerup", () => {
    paint = null;
  });
  table.addEventListener("keydown", (event) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const box = event.target.closest("input");
    const next = step && box && at(box, ...step);
    if (!next) return;
    event.preventDefault();
    if (event.shiftKey) next.checked = box.checked;
    next.focus();
  });
  table.dataset.state = "ready";
}
