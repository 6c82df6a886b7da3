/**
 * The server's clock. The sandbox can move it, and a phone's own clock may be wrong: deadlines and
 * "today" are judged by this one alone.
 */
let aheadMs = 0;

/** Called with the instant the server just told (RFC 3339). */
export function learnServerNow(instant: string): void {
  const told = Date.parse(instant);
  if (!Number.isNaN(told)) aheadMs = told - Date.now();
}

/** Milliseconds since the epoch, by the server's clock. */
export function serverNow(): number {
  return Date.now() + aheadMs;
}
