import { describe, expect, it } from "vitest";
import { fenOf, yuan } from "./money";

describe("yuan", () => {
  it.each([
    [0, "0.00"],
    [5, "0.05"],
    [100, "1.00"],
    [123_456, "1,234.56"],
    [100_000_000, "1,000,000.00"],
    [-55_300, "553.00"],
    [9_007_199_254_740_991, "90,071,992,547,409.91"],
  ])("writes %i fen as %s", (fen, text) => {
    expect(yuan(fen)).toBe(text);
  });
});

describe("fenOf", () => {
  it.each([
    ["1", 100],
    ["1.5", 150],
    ["1.05", 105],
    ["1,234.50", 123_450],
    ["１２．５", 1_250],
    ["0.29", 29],
    ["1.", 100],
    ["0", 0],
  ])("reads %s as %i fen", (text, fen) => {
    expect(fenOf(text)).toBe(fen);
  });
  it.each(["", "0.001", "-1", "1e9", "NaN", ".5", "1.2.3", "12345678901", "一百"])("refuses %s", (text) => {
    expect(fenOf(text)).toBeNull();
  });
  it("is undone by yuan for every cent up to a hundred yuan", () => {
    for (let fen = 0; fen <= 10_000; fen++) expect(fenOf(yuan(fen))).toBe(fen);
  });
});
