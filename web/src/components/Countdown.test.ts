import { expect, it } from "vitest";
import { clockFace } from "./Countdown";

it.each([
  [0, "00:00"],
  [59, "00:59"],
  [1_200, "20:00"],
  [3_661, "1:01:01"],
])("shows %i seconds as %s", (seconds, face) => {
  expect(clockFace(seconds)).toBe(face);
});
