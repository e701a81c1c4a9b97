// The live client. The socket brings numbered news; what was missed is asked for by number. Where no socket can be had,
// the same news is polled over HTTP. data-seq on the element is the one place that knows how far the page has come.

import { announce } from "./announce.js";
import { refresh } from "./morph.js";
import { poller } from "./live-poll.js";
import "../vendor/socket.io-client-4.8.4/socket.io.min.js";

export default function live(root) {
  const fair = root.dataset.fair;
  const known = () => Number(root.dataset.seq) || 0;
  const polling = poller({ url: root.dataset.poll, known, take, show: (state) => show(root, state) });
  const socket = window.io("/live", { transports: ["websocket"], reconnectionDelay: 2000, reconnectionDelayMax: 30000 });
  let waiting = false; // a watch is on its way: news that comes before its answer has to wait for it
  let held = [];

  // Trusted items come with the answer to "what did I miss" and cannot have a gap.
  function apply(items, trusted) {
    for (const item of items) {
      if (item.seq <= known()) continue;
      if (item.seq > known() + 1 && !trusted) return false;
      root.dataset.seq = item.seq;
      tell(`fair:${item.kind}`, item);
    }
    return true;
  }

  async function take({ seq, items, reset }) {
    if (reset) {
      await refresh(["main"]);
      // The fetched page may have been made later than this answer; never go back.
      root.dataset.seq = Math.max(known(), seq);
    } else {
      apply(items, true);
      if (seq > known()) root.dataset.seq = seq;
    }
  }

  async function watch() {
    if (waiting) return;
    waiting = true;
    try {
      const mineKnown = root.dataset.mineSeq;
      const asked = { fair, after: known(), ...(mineKnown && { after_mine: Number(mineKnown) }) };
      const answer = await socket.timeout(8000).emitWithAck("watch", asked);
      if (typeof answer?.seq !== "number") throw new Error("watch refused");
      await take({ seq: answer.seq, items: answer.missed ?? [], reset: answer.reset });
      applyMine(answer.mine ?? []);
      polling.stop();
      show(root, "live");
    } catch {
      polling.start();
      setTimeout(() => socket.connected && watch(), 10000 + Math.random() * 10000);
    } finally {
      waiting = false;
    }
    for (const news of held.splice(0)) receive(news);
  }

  function receive(news) {
    if (String(news.fair) !== String(fair)) return;
    if (waiting) held.push(news);
    else if (!apply(news.items, false)) watch();
  }

  function applyMine(items) {
    for (const item of items) {
      if (item.seq <= Number(root.dataset.mineSeq ?? 0)) continue;
      root.dataset.mineSeq = item.seq;
      tell("fair:mine", item);
      tell(`fair:${item.kind}`, item);
    }
  }

  socket.on("connect", watch);
  socket.on("news", receive);
  socket.on("mine", (news) => applyMine(news.items));
  socket.on("connect_error", () => {
    polling.start();
    // Refused by the server rather than by the network: the library gives up then, we do not.
    if (!socket.active) setTimeout(() => socket.connect(), 30000);
  });
  socket.on("disconnect", (reason) => {
    polling.start();
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), 5000 + Math.random() * 5000);
  });
}

function tell(name, item) {
  document.dispatchEvent(new CustomEvent(name, { detail: item }));
}

function show(root, state) {
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
