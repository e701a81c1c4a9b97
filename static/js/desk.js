// The desk: keeps each scan on this device until the server has it, so that it goes on without a network. A scan that was
// sent twice changes nothing, and the server counts the first time.

import { announce, fill } from "./announce.js";

const again = 5000; // ms between two tries while the network is gone
const most = 100; // scans sent at once

export default function desk(form) {
  const field = form.elements.code;
  const said = document.getElementById(form.dataset.said);
  const state = document.getElementById(form.dataset.state);
  const list = document.getElementById(form.dataset.list);
  const place = `desk:${form.dataset.fair}`;
  const texts = form.dataset;
  let waiting = read(place);
  let known = new Set(read(`${place}:codes`));
  let sending = false;
  let timer = null;

  const device = localStorage.getItem("desk:device") || `${Math.random().toString(36).slice(2, 10)}`;
  localStorage.setItem("desk:device", device);
  worker(form.dataset.worker, form.dataset.scope);

  function keep() {
    localStorage.setItem(place, JSON.stringify(waiting));
    state.hidden = false;
    state.dataset.state = waiting.length ? "waiting" : "sent";
    state.textContent = waiting.length ? fill(texts.textWaiting, { n: waiting.length }) : texts.textSent;
  }

  function say(words, kind) {
    said.className = `notice is-${kind}`;
    said.hidden = false;
    said.textContent = words;
    announce(words);
  }

  async function take(typed) {
    const code = typed.replace(/[\s-]/g, "").toUpperCase();
    field.value = "";
    field.focus();
    if (!/^[A-HJKMNP-Z2-9]{10}$/.test(code)) return say(texts.textUnknown, "danger");
    waiting.push({ code, at: Date.now() });
    keep();
    if (!(await send())) {
      const good = known.has((await digest(code)).slice(0, 16));
      say(good ? texts.textKept : texts.textKeptUnknown, good ? "success" : "warning");
    }
  }

  async function send() {
    if (sending || !waiting.length) return false;
    sending = true;
    clearTimeout(timer);
    try {
      while (waiting.length) {
        const part = waiting.slice(0, most);
        const scans = part.map(({ code, at }) => ({ code, ago: Math.max(0, Math.floor((Date.now() - at) / 1000)) }));
        const answer = await fetch(form.dataset.url, {
          method: "POST",
          credentials: "same-origin",
          headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() },
          body: JSON.stringify({ device, scans }),
        });
        if (!answer.ok) throw new Error(String(answer.status));
        const { items, came } = await answer.json();
        waiting = waiting.slice(part.length);
        keep();
        tell(items, came);
      }
      return true;
    } catch {
      timer = setTimeout(send, again);
      keep();
      return false;
    } finally {
      sending = false;
    }
  }

  function tell(items, came) {
    for (const item of items) if (item.state === "first") add(item);
    document.querySelector("[data-came]").textContent = fill(texts.textCame, { n: came });
    const last = items.at(-1);
    if (last.state === "refused") return say(last.detail, "danger");
    const words = { name: last.name, at: time(last.at) };
    say(fill(last.state === "first" ? texts.textFirst : texts.textAgain, words), last.state === "first" ? "success" : "warning");
  }

  function add({ name, at }) {
    const row = document.createElement("li");
    row.textContent = fill(texts.textRow, { name, at: time(at) });
    list.prepend(row);
    while (list.children.length > 20) list.lastElementChild.remove();
  }

  function time(at) {
    return new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit", timeZone: texts.zone }).format(new Date(at));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take(field.value);
  });
  document.addEventListener("desk:scan", ({ detail }) => take(detail));
  window.addEventListener("online", send);
  keep();
  send();
  codes();

  async function codes() {
    try {
      const answer = await fetch(form.dataset.codes, { credentials: "same-origin" });
      if (!answer.ok) return;
      const { items } = await answer.json();
      known = new Set(items);
      localStorage.setItem(`${place}:codes`, JSON.stringify(items));
    } catch {
      // The codes of the last time are better than none.
    }
  }
}

function read(place) {
  try {
    return JSON.parse(localStorage.getItem(place)) ?? [];
  } catch {
    return [];
  }
}

function csrf() {
  return document.querySelector('meta[name="csrf-token"]').content;
}

async function digest(text) {
  if (!crypto.subtle) return "";
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Keeps the page itself, so that it opens again while the network is gone.
function worker(url, scope) {
  navigator.serviceWorker?.register(url, { scope }).catch(() => {});
}
