import { expect, it } from "vitest";
import { agreed, base64Url, codeOf, fromBase64Url, newHalf, slotAt } from "./code";

const SIGNING = { name: "HMAC", hash: "SHA-256" };
const imported = (octets: number[]) => crypto.subtle.importKey("raw", new Uint8Array(octets), SIGNING, false, ["sign"]);
const COUNTED = Array.from({ length: 32 }, (_, nr) => nr);

// The same as in tests/payments/test_device_code.py.
it.each([
  [COUNTED, "28000123456789", 59_000_000, "280001234567891115726305"],
  [COUNTED, "28000123456789", 59_000_001, "280001234567899219023071"],
  [Array<number>(32).fill(255), "28003000000001", 1, "280030000000019927325202"],
])("makes the codes that the server knows", async (key, ticket, slot, code) => {
  expect(await codeOf(await imported(key), ticket, slot)).toBe(code);
});

it("agrees with the other side on one key that nobody can take out", async () => {
  const phone = await newHalf();
  const other = await newHalf();
  const key = await agreed(phone, fromBase64Url(base64Url(other.point)));
  expect(key.extractable).toBe(false);
  expect(phone.privateKey.extractable).toBe(false);
  await expect(crypto.subtle.exportKey("raw", key)).rejects.toThrow();
});

it("counts half minutes", () => {
  expect(slotAt(1_764_000_029_999)).toBe(slotAt(1_764_000_000_000));
  expect(slotAt(1_764_000_030_000)).toBe(slotAt(1_764_000_000_000) + 1);
});
