import { describe, expect, it } from "vitest";
import { identityFault, tidyIdentity } from "./identity";

describe("an identity number as it is typed", () => {
  it.each([
    ["", "empty"],
    ["1101011990030", "length"],
    ["11010119900307789a", "characters"],
    ["1101011990X3077891", "characters"],
    ["110101199003077891", null],
    ["110101 19900307 789x", null],
    ["１１０１０１１９９００３０７７８９１", null],
  ])("%s: %s", (typed, fault) => {
    expect(identityFault(typed)).toBe(fault);
  });

  it("is sent without blanks and with a capital X", () => {
    expect(tidyIdentity(" 110101 19900307 789x")).toBe("11010119900307789X");
  });
});
