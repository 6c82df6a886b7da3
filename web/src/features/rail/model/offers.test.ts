import { describe, expect, it } from "vitest";
import { dayMark, durationKey, durationOf, standingMinutes } from "./durations";
import {
  EVERYTHING,
  filteredOffers,
  isBookable,
  KINDS,
  kindsOf,
  leftLevel,
  lowestFare,
  partOfDay,
  sortedOffers,
  stationsOf,
} from "./offers";
import words from "@/locales/en/rail.json";
import type { Offer } from "@/api/types";

const PLACE = { telecode: "VNP", name: "北京南", name_en: "Beijing South" };

function offer(code: string, hour: string, minutes: number, classes: [number, number][]): Offer {
  return {
    train_no: `240000${code}`,
    train_code: code,
    kind: code.charAt(0),
    from: PLACE,
    to: PLACE,
    depart_at: `2026-11-25T${hour}:00Z`,
    arrive_at: "2026-11-25T12:00:00Z",
    day_offset: 0,
    duration_min: minutes,
    classes: classes.map(([fare_fen, left], index) => ({
      class_code: String(index),
      name: "",
      name_en: "",
      fare_fen,
      left,
    })),
    bookable: true,
    reason: null,
  };
}

const FAST = offer("G1", "01:00", 288, [[55_300, 0], [93_300, 12]]);
const LATE = offer("G7", "11:00", 295, [[55_300, 21]]);
const NIGHT = offer("D311", "13:00", 707, [[30_900, 0]]);
const SLOW = offer("K53", "01:00", 640, [[12_350, 3]]);
const ALL = [NIGHT, LATE, SLOW, FAST];

const codes = (offers: Offer[]) => offers.map((o) => o.train_code);

describe("ordering trains", () => {
  it("by departure, by duration, and by the least fare that can still be had", () => {
    expect(codes(sortedOffers(ALL, "departure"))).toEqual(["K53", "G1", "G7", "D311"]);
    expect(codes(sortedOffers(ALL, "duration"))).toEqual(["G1", "G7", "K53", "D311"]);
    expect(codes(sortedOffers(ALL, "price"))).toEqual(["K53", "G7", "G1", "D311"]);
  });

  it("leaves the list that it was given as it was", () => {
    sortedOffers(ALL, "price");
    expect(codes(ALL)).toEqual(["D311", "G7", "K53", "G1"]);
  });

  it("prices a full train by its least fare", () => {
    expect(lowestFare(NIGHT)).toBe(30_900);
    expect(lowestFare(FAST)).toBe(93_300);
  });
});

describe("narrowing trains", () => {
  it("keeps the kinds asked for, and all when none is", () => {
    expect(codes(filteredOffers(ALL, { ...EVERYTHING, kinds: ["G"] }))).toEqual(["G7", "G1"]);
    expect(filteredOffers(ALL, EVERYTHING)).toHaveLength(4);
  });

  it("drops what can't be booked, be it full or closed", () => {
    expect(isBookable(NIGHT)).toBe(false);
    expect(isBookable({ ...FAST, bookable: false })).toBe(false);
    expect(codes(filteredOffers(ALL, { ...EVERYTHING, onlyBookable: true }))).not.toContain("D311");
  });

  it("keeps the hours of China's day that were picked", () => {
    expect(ALL.map(partOfDay)).toEqual([18, 18, 6, 6]);
    expect(codes(filteredOffers(ALL, { ...EVERYTHING, hours: [18] }))).toEqual(["D311", "G7"]);
  });

  it("keeps the stations that were picked, each end for itself", () => {
    const WEST = { telecode: "BXP", name: "北京西", name_en: "Beijing West" };
    const two = [FAST, { ...LATE, from: WEST }];
    expect(stationsOf(ALL)).toEqual([]);
    const [first, second] = stationsOf(two);
    expect([first?.leaving, second?.station.telecode]).toEqual([true, "BXP"]);
    const stations = [second?.key ?? ""];
    expect(codes(filteredOffers(two, { ...EVERYTHING, stations }))).toEqual(["G7"]);
  });

  it("lists kinds from fast to slow", () => {
    expect(kindsOf(ALL)).toEqual(["G", "D", "K"]);
    expect(kindsOf([{ ...SLOW, kind: "0" }, ...ALL])).toEqual(["G", "D", "K", "0"]);
  });

  it("has a word for every kind", () => {
    expect(Object.keys(words.kind).sort()).toEqual([...KINDS].sort());
  });
});

describe("what is told of a train", () => {
  it("says how many are left only when they are few", () => {
    expect([0, 1, 20, 21].map(leftLevel)).toEqual(["none", "few", "few", "many"]);
  });

  it("splits a duration and marks a later day", () => {
    expect(durationOf(288)).toEqual({ hours: 4, minutes: 48 });
    expect([33, 120, 121].map((m) => durationKey(durationOf(m)))).toEqual([
      "minutes",
      "hours",
      "both",
    ]);
    expect(dayMark(0)).toBe("");
    expect(dayMark(1)).toBe("+1");
    expect(dayMark(-1)).toBe("−1");
  });

  it("knows how long a train stands", () => {
    expect(standingMinutes("2026-11-25T04:39:00Z", "2026-11-25T04:41:00Z")).toBe(2);
    expect(standingMinutes(null, "2026-11-25T04:41:00Z")).toBe(0);
  });
});
