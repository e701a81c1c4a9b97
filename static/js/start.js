// Finds data-behavior="name other" and fetches name.js, other.js. Also after a morph has brought new elements.
// A behaviour is a module whose default export takes the element.

const attached = new WeakMap();

async function attach(element, name) {
  const names = attached.get(element) ?? new Set();
  if (names.has(name)) return;
  attached.set(element, names.add(name));
  try {
    (await import(`./${name}.js`)).default(element);
  } catch (error) {
    // The page works without; whoever looks at the console should still hear of it.
    console.error(name, error);
  }
}

function scan() {
  for (const element of document.querySelectorAll("[data-behavior]")) {
    // The name is ours, never text of a visitor; anything but a plain name is ignored all the same.
    for (const name of element.dataset.behavior.match(/\b[a-z][a-z-]*\b/g) ?? []) attach(element, name);
  }
}

document.addEventListener("fair:morphed", scan);
scan();
