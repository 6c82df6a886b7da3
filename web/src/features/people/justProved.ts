/**
 * The login password of a sign-up that happened a moment ago, so that setting the pay password right
 * after doesn't ask for it again. In memory alone; gone with the page, once used, or in ten minutes.
 */
const LASTS_MS = 600_000;

let kept: string | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

export function keepProof(password: string): void {
  kept = password;
  clearTimeout(timer);
  timer = setTimeout(dropProof, LASTS_MS);
}

export function proof(): string | null {
  return kept;
}

export function dropProof(): void {
  kept = null;
  clearTimeout(timer);
}
