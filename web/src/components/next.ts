/** A path of this very site from `?next=`, or the fallback: never another origin. */
export function safeNext(next: string | null, fallback: string, origin = window.location.origin): string {
  if (!next?.startsWith("/") || /^[/\\]{2}/.test(next)) return fallback;
  try {
    const url = new URL(next, origin);
    return url.origin === origin ? url.pathname + url.search + url.hash : fallback;
  } catch {
    return fallback;
  }
}

/** `to` with the place to come back to. */
export function withNext(to: string, next: string): string {
  return `${to}${to.includes("?") ? "&" : "?"}next=${encodeURIComponent(next)}`;
}

/** `next` with the new card chosen, where it names one: a form that asks which card. */
export function withCardChosen(next: string, cardId: string): string {
  const url = new URL(next, "https://any.invalid"); // a path needs an origin to be read
  if (!url.searchParams.has("card")) return next;
  url.searchParams.set("card", cardId);
  return url.pathname + url.search + url.hash;
}
