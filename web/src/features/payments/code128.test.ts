import { describe, expect, it } from "vitest";
import { code128 } from "./code128";

describe("code128", () => {
  it.each([
    ["00", "2112322122222222212331112"],
    ["123456", "2112321122321311233311211321312331112"],
    ["280011234567890123", "2112323221122122222312123121311131231411222121412221223121312412112331112"],
    ["280070000000000000", "2112323221122122221124122122222122222122222122222122222122221311232331112"],
    ["289999999999999999", "2112323221121131411131411131411131411131411131411131411131413141112331112"],
  ])("draws %s as other writers of bar codes do", (digits, widths) => {
    expect(code128(digits)?.join("")).toBe(widths);
  });

  it("takes 11 modules for each pair, the start and the check, and 13 for the end", () => {
    for (const digits of ["00", "280011234567890123"]) {
      const modules = code128(digits)?.reduce((sum, width) => sum + width, 0);
      expect(modules).toBe(11 * (digits.length / 2 + 2) + 13);
    }
  });

  it.each(["", "1", "28001", "28a0", "２８"])("has no bars for %j", (digits) => {
    expect(code128(digits)).toBeNull();
  });
});
