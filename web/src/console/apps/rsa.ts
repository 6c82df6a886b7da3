/** Key pairs made in the browser: the private one is never sent anywhere. */

const ALGORITHM: RsaHashedKeyGenParams = {
  name: "RSASSA-PKCS1-v1_5",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: "SHA-256",
};

export interface KeyPair {
  /** base64 of SubjectPublicKeyInfo. */
  publicKey: string;
  /** In PEM: PKCS#8 for Java, PKCS#1 for Python, PHP and Node. */
  pkcs8: string;
  pkcs1: string;
}

/** Before the key itself, PKCS#8 says in so many octets that it is an RSA key (RFC 5208, 2048 bits). */
const PKCS8_HEAD_OCTETS = 26;

/** Whether this page may make keys: browsers let only HTTPS and localhost do so. */
export function canMakeKeys(): boolean {
  return window.isSecureContext;
}

export async function makeKeyPair(): Promise<KeyPair> {
  const made = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const publicKey = base64(await crypto.subtle.exportKey("spki", made.publicKey));
  const octets = await crypto.subtle.exportKey("pkcs8", made.privateKey);
  return {
    publicKey,
    pkcs8: pem("PRIVATE KEY", base64(octets)),
    pkcs1: pem("RSA PRIVATE KEY", base64(octets.slice(PKCS8_HEAD_OCTETS))),
  };
}

function base64(octets: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(octets)));
}

function pem(kind: string, text: string): string {
  const lines = text.match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${kind}-----`, ...lines, `-----END ${kind}-----`, ""].join("\n");
}

/** Has the browser keep a text as a file. */
export function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/x-pem-file" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 10_000);
}
