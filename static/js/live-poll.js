// Asks for news over HTTP every few seconds while there is no socket: slower when nobody looks or nothing answers.

export function poller({ url, known, take, show }) {
  let timer = null;
  let running = false;
  let failures = 0;

  // Spread out, so that a hall of phones that lost the socket together does not ask together.
  function pause() {
    const seconds = document.hidden ? 30 : Math.min(30, 5 * 2 ** failures);
    return seconds * (800 + Math.random() * 400);
  }

  async function ask() {
    clearTimeout(timer);
    try {
      const answer = await fetch(`${url}?after=${known()}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(answer.status);
      const news = await answer.json();
      if (!running) return;
      await take(news);
      failures = 0;
      show("polling");
    } catch {
      failures += 1;
      // One lost answer is a hiccup; two are worth telling.
      if (running && failures > 1) show("stale");
    }
    if (running) timer = setTimeout(ask, pause());
  }

  document.addEventListener("visibilitychange", () => {
    if (running && !document.hidden) ask();
  });

  return {
    start() {
      if (running || !url) return;
      running = true;
      failures = 0;
      timer = setTimeout(ask, Math.random() * 1000);
    },
    stop() {
      running = false;
      clearTimeout(timer);
    },
  };
}
