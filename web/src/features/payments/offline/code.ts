/**
 * The codes that this phone makes by itself: a ticket that the server gave, and ten digits that prove
 * it (docs/decisions/0025). All keys stay inside WebCrypto: none can be read by a script.
 */
export const SLOT_MS = 30_000;
const PURPOSE = new TextEncoder().encode("farewave.pay-code.1");
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const SIGNING = { name: "HMAC", hash: "SHA-256", length: 256 };
const PROOF_DIGITS = 10;

/** Half minutes since 1970, of an instant in milliseconds. */
export const slotAt = (nowMs: number): number => Math.floor(nowMs / SLOT_MS);

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function base64Url(octets: Uint8Array): string {
  return btoa(String.fromCharCode(...octets)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** A phone's half of the agreement, and the point that the server is sent. */
export interface Half {
  privateKey: CryptoKey;
  point: Uint8Array;
}

export async function newHalf(): Promise<Half> {
  const pair = await crypto.subtle.generateKey(CURVE, false, ["deriveKey"]);
  return { privateKey: pair.privateKey, point: new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)) };
}

/** The key that both sides come to: it signs, and can't be taken out. */
export async function agreed({ privateKey, point }: Half, serverPoint: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const theirs = await crypto.subtle.importKey("raw", serverPoint, CURVE, true, []);
  const shared = await crypto.subtle.deriveKey({ name: "ECDH", public: theirs }, privateKey, "HKDF", false, ["deriveKey"]);
  const rule = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: joined(PURPOSE, point, serverPoint) };
  return crypto.subtle.deriveKey(rule, shared, SIGNING, false, ["sign"]);
}

/** The 24 digits to show in `slot`. */
export async function codeOf(key: CryptoKey, ticket: string, slot: number): Promise<string> {
  const time = new DataView(new ArrayBuffer(8));
  time.setBigUint64(0, BigInt(slot));
  const message = joined(PURPOSE, new TextEncoder().encode(ticket), new Uint8Array(time.buffer));
  const mac = new DataView(await crypto.subtle.sign("HMAC", key, message));
  const proof = mac.getBigUint64(0) % 10n ** BigInt(PROOF_DIGITS);
  return ticket + String(proof).padStart(PROOF_DIGITS, "0");
}
