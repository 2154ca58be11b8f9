// Keeps the page itself for when there is no network. What Muster knows is kept by Muster.

/** The paths of the page's files, and a hash of them; put in when this is built. */
declare const SHELL: readonly string[];
declare const VERSION: string;
declare const self: ServiceWorkerGlobalScope;

const name = `shop-${VERSION}`;

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin || request.method !== "GET") return;
  const path = request.mode === "navigate" ? "/" : pathname;
  if (SHELL.includes(path)) event.respondWith(answer(request, path));
});

async function keepShell(): Promise<void> {
  const cache = await caches.open(name);
  await cache.addAll(SHELL.map((path) => new Request(path, { cache: "reload" })));
  await self.skipWaiting();
}

async function takeOver(): Promise<void> {
  const others = (await caches.keys()).filter((key) => key.startsWith("shop-") && key !== name);
  await Promise.all(others.map((key) => caches.delete(key)));
  await self.clients.claim();
}

/** The network first, so that whoever changes the shop sees it; what was kept where there is none. */
async function answer(request: Request, path: string): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const cache = await caches.open(name);
    const kept = await cache.match(path);
    if (kept) return kept;
    throw error;
  }
}
