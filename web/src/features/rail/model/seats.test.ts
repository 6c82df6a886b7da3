import { describe, expect, it } from "vitest";
import { seatNameOf } from "./seatName";
import { countWish, levelsOf, rowOf, takesWishes, toggleWish, wishesFor } from "./seats";

const letters = (classCode: string) => {
  const row = rowOf(classCode);
  return row && [row.left, row.right].map((side) => side.map((s) => s.letter).join("")).join("|");
};

describe("a row of seats", () => {
  it("is drawn as each class is built", () => {
    expect(letters("O")).toBe("ABC|DF");
    expect(letters("M")).toBe("AC|DF");
    expect(letters("1")).toBeNull();
  });

  it("has no letters where seats are numbered", () => {
    expect(takesWishes("1")).toBe(true);
    expect(wishesFor(["window", "A"], "1", 2)).toEqual(["window"]);
  });
});

describe("berths", () => {
  it("are wished by their level, as many as the class has", () => {
    expect(levelsOf("3")).toEqual(["upper", "middle", "lower"]);
    expect(levelsOf("4")).toEqual(["upper", "lower"]);
    expect(wishesFor(["window", "middle", "lower"], "4", 3)).toEqual(["lower"]);
  });

  it("may be wished alike by several of a party, and by no more than it is", () => {
    expect(countWish(["lower"], "lower", 1, 2)).toEqual(["lower", "lower"]);
    expect(countWish(["lower", "lower"], "upper", 1, 2)).toEqual(["lower", "upper"]);
    expect(countWish(["upper"], "lower", 1, 1)).toEqual(["lower"]);
  });

  it("are wished one less at a time, and never less than none", () => {
    expect(countWish(["lower", "upper", "lower"], "lower", -1, 3)).toEqual(["lower", "upper"]);
    expect(countWish(["upper"], "lower", -1, 3)).toEqual(["upper"]);
  });

  it("are nothing that an unknown class would have", () => {
    expect(takesWishes("?")).toBe(false);
  });
});

describe("wishes", () => {
  it("of one traveller are one: another takes its place", () => {
    expect(toggleWish(["A"], "F", 1)).toEqual(["F"]);
    expect(toggleWish(["A"], "A", 1)).toEqual([]);
  });

  it("of a party are as many as it is, the oldest going first", () => {
    expect(toggleWish(["A"], "B", 2)).toEqual(["A", "B"]);
    expect(toggleWish(["A", "B"], "C", 2)).toEqual(["B", "C"]);
  });

  it("that another class doesn't have are dropped", () => {
    expect(wishesFor(["B", "F"], "M", 2)).toEqual(["F"]);
    expect(wishesFor(["A", "window"], "1", 2)).toEqual(["window"]);
    expect(wishesFor(["A", "B"], "O", 1)).toEqual(["A"]);
  });
});

describe("a place's name", () => {
  it("is split where it names a berth", () => {
    expect(seatNameOf("07上")).toEqual({ number: "07", level: "upper" });
    expect(seatNameOf("12A")).toEqual({ number: "12A", level: null });
  });
});
