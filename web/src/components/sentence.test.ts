import { describe, expect, it } from "vitest";
import { ApiError, refusalOf } from "@/api/error";
import { ownSentence } from "./sentence";

describe("which sentence is shown", () => {
  it("shows the server's own for a refusal", () => {
    expect(ownSentence(new ApiError(403, "people.code_wrong", "验证码不正确"))).toBeNull();
  });
  it("says offline when nothing answered", () => {
    expect(ownSentence(new ApiError(0, "network.offline", ""))).toBe("error.offline");
  });
  it("says unavailable for an outage, whatever the body was", () => {
    expect(ownSentence(refusalOf(503, "<html>"))).toBe("error.unavailable");
    expect(ownSentence(refusalOf(500, undefined))).toBe("error.unavailable");
  });
  it("never shows a raw exception", () => {
    expect(ownSentence(new TypeError("x is undefined"))).toBe("error.unexpected");
    expect(ownSentence(refusalOf(418, "teapot"))).toBe("error.unexpected");
  });
});

describe("a refusal's body", () => {
  it("keeps code, sentence and details", () => {
    const refusal = refusalOf(403, { code: "people.pay_password_wrong", message: "…", details: { tries_left: 4 } });
    expect(refusal.code).toBe("people.pay_password_wrong");
    expect(refusal.number("tries_left")).toBe(4);
    expect(refusal.isOutage).toBe(false);
  });
});
