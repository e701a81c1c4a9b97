// The live client. The socket brings numbered news; what was missed is asked for by number. Where no socket can be had,
// the same news is polled over HTTP. data-seq on the element is the one place that knows how far the page has come.

import { poller } from "./live-poll.js";
import { show } from "./live-status.js";
import { refresh } from "./morph.js";

const library = "../vendor/socket.io-client-4.8.4/socket.io.min.js";

export default async function live(root) {
  const known = () => Number(root.dataset.seq) || 0;
  const polling = poller({ url: root.dataset.poll, known, take, show: (state) => show(root, state) });
  // Published as a plain script: importing it leaves window.io behind. Where even that is blocked, polling is all there is.
  await import(library).catch(() => {});
  if (!window.io) return polling.start();
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
      // The page is fetched after this number was read, so it cannot be older. The number itself may be lower than
      // ours when the fair was set back.
      await refresh(["main"]);
      root.dataset.seq = seq;
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
      const asked = { fair: root.dataset.fair, after: known(), ...(mineKnown && { after_mine: Number(mineKnown) }) };
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
