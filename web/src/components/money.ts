/** Fen to "1,234.50", by integers alone: no amount ever becomes a fraction in the browser. */
export function yuan(fen: number): string {
  const whole = Math.trunc(Math.abs(fen) / 100);
  const rest = String(Math.abs(fen) % 100).padStart(2, "0");
  return `${String(whole).replace(/\B(?=(\d{3})+$)/g, ",")}.${rest}`;
}

/**
 * What a person typed ("1,234.5", "１２．５") to fen; null when it isn't an amount with at most two
 * decimals. Zero is an amount; whether it may be used is for the server to say.
 */
export function fenOf(text: string): number | null {
  const plain = text.normalize("NFKC").replaceAll(",", "").trim();
  const match = /^(\d{1,10})(?:\.(\d{0,2}))?$/.exec(plain);
  if (!match?.[1]) return null;
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}
