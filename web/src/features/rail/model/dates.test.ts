import { describe, expect, it } from "vitest";
import { chinaDay } from "@/components/time";
import { calendarOf } from "./calendar";
import {
  addDays,
  dayAndMonth,
  daysBetween,
  daysFrom,
  dayWithWeekday,
  isDay,
  monthName,
  weekdayIndex,
  withinSale,
} from "./dates";

describe("China's calendar", () => {
  it("turns the day at 16:00 UTC, whatever the phone's zone", () => {
    expect(chinaDay("2026-11-24T15:59:59Z")).toBe("2026-11-24");
    expect(chinaDay("2026-11-24T16:00:00Z")).toBe("2026-11-25");
  });

  it("counts days over a month, a year and a leap day", () => {
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
    expect(daysBetween("2026-11-25", "2026-12-09")).toBe(14);
    expect(daysBetween("2026-12-09", "2026-11-25")).toBe(-14);
  });

  it("knows days that don't exist", () => {
    expect(isDay("2026-02-30")).toBe(false);
    expect(isDay("2026-2-3")).toBe(false);
    expect(isDay("2026-11-25")).toBe(true);
  });

  it("begins its weeks on Monday", () => {
    expect(weekdayIndex("2026-11-23")).toBe(0);
    expect(weekdayIndex("2026-11-29")).toBe(6);
  });
});

describe("the sale", () => {
  const sale = { first_day: "2026-11-25", last_day: "2026-12-09" };

  it("has a strip of all its days", () => {
    const days = daysFrom(sale.first_day, sale.last_day);
    expect(days).toHaveLength(15);
    expect(days[0]).toBe("2026-11-25");
    expect(days[14]).toBe("2026-12-09");
    expect(daysFrom(sale.last_day, sale.first_day)).toEqual([]);
  });

  it("draws a day outside into it", () => {
    expect(withinSale("2026-01-01", sale)).toBe("2026-11-25");
    expect(withinSale("2027-01-01", sale)).toBe("2026-12-09");
    expect(withinSale("2026-12-01", sale)).toBe("2026-12-01");
    expect(withinSale("soon", sale)).toBe("2026-11-25");
  });
});

describe("written days", () => {
  it("reads as each language writes them", () => {
    expect(dayWithWeekday("2026-11-25", "zh")).toBe("11月25日 周三");
    expect(dayWithWeekday("2026-11-25", "en")).toBe("Wed 25 Nov");
    expect(dayAndMonth("2026-12-01", "en")).toBe("1 Dec");
    expect(monthName("2026-12-01", "zh")).toBe("2026年12月");
  });
});

describe("the calendar of a sale", () => {
  const months = calendarOf({ first_day: "2026-11-25", last_day: "2026-12-09" });

  it("has the weeks with days on sale, from Monday, month by month", () => {
    expect(months.map(({ month }) => month)).toEqual(["2026-11", "2026-12"]);
    expect(months[0]?.weeks[0]?.[0]).toBe("2026-11-23");
    expect(months[0]?.weeks[1]).toEqual(["2026-11-30", null, null, null, null, null, null]);
    expect(months[1]?.weeks[0]?.slice(0, 2)).toEqual([null, "2026-12-01"]);
    expect(months[1]?.weeks).toHaveLength(2);
  });

  it("is one month when the sale lies in it", () => {
    expect(calendarOf({ first_day: "2026-11-01", last_day: "2026-11-15" })).toHaveLength(1);
  });
});
