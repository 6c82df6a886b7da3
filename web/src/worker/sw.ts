/**
 * The service worker: keeps the app's own files, and nothing else, so that it starts without a network.
 *
 * A page is asked of the network first: whoever is online gets the newest version with its files. Each
 * version has a store of its own; a newer worker takes over once the last page of the older one is
 * closed, so that no page loses files that it may still need. What the API answers is never kept here,
 * never even looked at.
 */
export {};

declare const self: ServiceWorkerGlobalScope;
/** Written in front of this file by the build. */
declare const SHELL: { version: string; files: readonly string[] };

const STORES = "farewave-shell-";
const STORE = STORES + SHELL.version;
const ENTRY = "/";
/** As long as a weak network may take for a page before the kept one is shown. */
const PATIENCE_MS = 4_000;
/** Doors of machines (those that app/web.py knows), the console, and files, Swagger's among them: no pages of the app. */
const NOT_PAGES = /^\/(?:api|v3|oauth2|otn|rail|swagger)\/|^\/console(?:\/|$)|\.[a-z]+$|^\/(?:metrics|healthz|readyz)$/;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(STORE).then((store) =>
      // The entry has no hash in its name: not what the browser may have of an older one.
      store.addAll(SHELL.files.map((path) => (path === ENTRY ? new Request(path, { cache: "reload" }) : path))),
    ),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith(STORES) && name !== STORE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (!NOT_PAGES.test(pathname)) event.respondWith(page(request));
  } else if (pathname !== ENTRY && SHELL.files.includes(pathname)) {
    event.respondWith(kept(pathname).then((file) => file ?? fetch(request)));
  }
});

/** A file of the store; none where the browser can't open that, which the network makes up for. */
async function kept(path: string): Promise<Response | undefined> {
  try {
    return await (await caches.open(STORE)).match(path);
  } catch {
    return undefined;
  }
}

/** The page of the network; the kept entry when that fails, stalls or has nothing but an outage. */
async function page(request: Request): Promise<Response> {
  const fallback = await kept(ENTRY);
  if (!fallback) return fetch(request);
  const stalled = new Promise<null>((resolve) => {
    setTimeout(() => {
      resolve(null);
    }, PATIENCE_MS);
  });
  const answer = await Promise.race([fetch(request), stalled]).catch(() => null);
  return answer && answer.status < 500 ? answer : fallback;
}
