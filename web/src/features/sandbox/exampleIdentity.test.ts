import { expect, it } from "vitest";
import { checkCharacter, exampleIdentityNumber } from "./exampleIdentity";

it("knows the check character of the standard's own example", () => {
  expect(checkCharacter("11010519491231002")).toBe("X");
});

it("makes numbers of 18 characters that fit their check character", () => {
  for (let turn = 0; turn < 500; turn++) {
    const number = exampleIdentityNumber();
    expect(number).toMatch(/^110105(19[7-9]\d)(0[1-9]|1[0-2])(0[1-9]|1\d|2[0-8])\d{3}[\dX]$/);
    expect(checkCharacter(number.slice(0, 17))).toBe(number[17]);
  }
});
