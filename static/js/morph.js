// Fetches a page and turns parts of the shown one into it, keeping focus, scroll and what somebody is typing.

export async function fetchPage(url = location.href) {
  const answer = await fetch(url, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status} ${url}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function touched(control) {
  if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
  if (control.options) return [...control.options].some((option) => option.selected !== option.defaultSelected);
  return control.value !== control.defaultValue;
}

const callbacks = {
  beforeNodeMorphed(old, fresh) {
    if (!(old instanceof Element) || !(fresh instanceof Element)) return true;
    // Such as the live dot: its state is the browser's, not the server's.
    if (old.dataset?.morph === "keep") return false;
    if (old.matches("input, textarea, select") && old.type !== "hidden" && touched(old)) {
      old.disabled = fresh.disabled;
      return false;
    }
    return true;
  },
  beforeAttributeUpdated(name, element) {
    // What a script has opened or shown stays so; the server does not know of it.
    return !(name === "open" || (name === "hidden" && element.dataset.behavior));
  },
};

export function morph(old, fresh) {
  if (!old || !fresh) return;
  window.Idiomorph.morph(old, document.adoptNode(fresh), { morphStyle: "outerHTML", ignoreActiveValue: true, callbacks });
  document.dispatchEvent(new CustomEvent("fair:morphed", { detail: { region: old } }));
}

// Each region is a selector that finds one element in both pages, such as "#results".
export async function refresh(regions = ["main"], url = location.href) {
  const page = await fetchPage(url);
  for (const region of regions) morph(document.querySelector(region), page.querySelector(region));
  return page;
}

export function glow(element) {
  if (!element) return;
  element.classList.add("has-news");
  setTimeout(() => element.classList.remove("has-news"), 1000);
}
