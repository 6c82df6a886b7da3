// Phones that make pay codes, with WebCrypto alone: written from the layout that
// docs/decisions/0025 tells, not from the app's code. One JSON object a line in, one out.
import { createInterface } from "node:readline";

const { subtle } = globalThis.crypto;
const text = new TextEncoder();
const PURPOSE = text.encode("farewave.pay-code.1");
const phones = [];

const joined = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));
const fromBase64 = (told) => new Uint8Array(Buffer.from(told, "base64url"));

async function newPhone() {
  const pair = await subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
  const point = new Uint8Array(await subtle.exportKey("raw", pair.publicKey));
  phones.push({ pair, point });
  return Buffer.from(point).toString("base64url");
}

async function agree(phone, serverKey) {
  const theirs = fromBase64(serverKey);
  const point = await subtle.importKey("raw", theirs, { name: "ECDH", namedCurve: "P-256" }, true, []);
  const shared = await subtle.deriveBits({ name: "ECDH", public: point }, phone.pair.privateKey, 256);
  const material = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const info = joined(PURPOSE, phone.point, theirs);
  const rule = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  phone.key = await subtle.deriveKey(rule, material, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]);
}

async function codeOf(key, ticket, slot) {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(slot));
  const mac = Buffer.from(await subtle.sign("HMAC", key, joined(PURPOSE, text.encode(ticket), time)));
  return ticket + (mac.readBigUInt64BE(0) % 10_000_000_000n).toString().padStart(10, "0");
}

const answers = {
  phones: async ({ count }) => {
    const keys = [];
    for (let nr = 0; nr < count; nr += 1) keys.push(await newPhone());
    return keys;
  },
  codes: async ({ phone, server_key, tickets, slot }) => {
    if (server_key) await agree(phones[phone], server_key);
    return Promise.all(tickets.map((ticket) => codeOf(phones[phone].key, ticket, slot)));
  },
  known: async ({ key, ticket, slot }) => {
    const own = await subtle.importKey("raw", Buffer.from(key, "hex"), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return codeOf(own, ticket, slot);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { ask, ...given } = JSON.parse(line);
  console.log(JSON.stringify(await answers[ask](given)));
}
