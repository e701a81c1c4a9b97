// A button that ticks every box of one name in its form, or none. Without a script it stays hidden: each box works alone.

export default function chooseAll(button) {
  const boxes = () => [...button.form.querySelectorAll(`input[type=checkbox][name="${button.dataset.name}"]`)];
  const words = button.querySelector("span") ?? button;
  const all = words.textContent;

  function redraw() {
    words.textContent = boxes().every((box) => box.checked) ? button.dataset.textNone : all;
  }

  button.hidden = false;
  button.addEventListener("click", () => {
    const ticked = !boxes().every((box) => box.checked);
    for (const box of boxes()) box.checked = ticked;
    redraw();
  });
  button.form.addEventListener("change", redraw);
}
