import { expect, it } from "vitest";
import { fitsLuhn, inFours } from "./luhn";

it("knows a number whose last digit fits", () => {
  expect(fitsLuhn("4111111111111111")).toBe(true);
  expect(fitsLuhn("6222021234567890127")).toBe(false);
});

it("notices every single mistyped digit", () => {
  const right = "4111111111111111";
  for (let place = 0; place < right.length; place++) {
    const wrong = right.slice(0, place) + String((Number(right[place]) + 1) % 10) + right.slice(place + 1);
    expect(fitsLuhn(wrong)).toBe(false);
  }
});

it("writes a number in fours", () => {
  expect(inFours("6222021234567890128")).toBe("6222 0212 3456 7890 128");
  expect(inFours("4111")).toBe("4111");
});
