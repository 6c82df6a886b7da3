import { describe, expect, it } from "vitest";
import { svgAddress } from "./svg";

describe("a drawing as an image's address", () => {
  it("keeps every octet, Chinese included", () => {
    const address = svgAddress("<svg><title>车票</title></svg>");
    const octets = Uint8Array.from(atob(address.split(",")[1] ?? ""), (c) => c.charCodeAt(0));
    expect(address.startsWith("data:image/svg+xml;base64,")).toBe(true);
    expect(new TextDecoder().decode(octets)).toBe("<svg><title>车票</title></svg>");
  });
});
