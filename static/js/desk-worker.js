// Keeps the desk's page and what it is made of: with a network they come from it, without one from here.

const place = "desk-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

function ours(request) {
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return false;
  return pathname.startsWith("/static/") || (request.mode === "navigate" && pathname.endsWith("/check-in"));
}

async function answer(request) {
  const kept = await caches.open(place);
  try {
    const fresh = await fetch(request);
    if (fresh.ok && !fresh.redirected) await kept.put(request, fresh.clone());
    return fresh;
  } catch (error) {
    const found = await kept.match(request, { ignoreVary: true, ignoreSearch: request.mode === "navigate" });
    if (found) return found;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  if (ours(event.request)) event.respondWith(answer(event.request));
});
