// Says a sentence to those who listen to the page. The sentence comes from the page, never from here.

export function announce(sentence) {
  const place = document.getElementById("announce");
  if (!place || !sentence) return;
  // The same words twice would not be spoken twice: empty the place first.
  place.textContent = "";
  setTimeout(() => { place.textContent = sentence; }, 60);
}

// Puts values into a text of the page: fill("새 공고 {n}건", { n: 3 }).
export function fill(text, values) {
  return (text ?? "").replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}
