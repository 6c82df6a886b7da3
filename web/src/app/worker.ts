/** Puts the service worker in place, where there can be one: in the built app, on a safe origin. */
export function startWorker(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  window.addEventListener("load", () => {
    // Without it everything works as before, online: nothing to tell anybody.
    navigator.serviceWorker.register("/sw.js").catch(() => undefined);
  });
}
