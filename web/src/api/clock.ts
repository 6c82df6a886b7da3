/**
 * The server's clock. The sandbox can move it, and a phone's own clock may be wrong: deadlines and
 * "today" are judged by this one alone.
 */
let aheadMs = 0;
let isTold = false;

/** Called with the instant the server just told (RFC 3339). */
export function learnServerNow(instant: string): void {
  const told = Date.parse(instant);
  if (Number.isNaN(told)) return;
  aheadMs = told - Date.now();
  isTold = true;
}

/** How far the server's clock is ahead of this phone's, to be kept for when there is no network. */
export function aheadOfPhoneMs(): number {
  return aheadMs;
}

/** What was kept: good as long as the server has told nothing since this page was opened. */
export function presumeAheadMs(kept: number): void {
  if (!isTold) aheadMs = kept;
}

/** Milliseconds since the epoch, by the server's clock. */
export function serverNow(): number {
  return Date.now() + aheadMs;
}
