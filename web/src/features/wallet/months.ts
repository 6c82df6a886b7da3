import type { Bill } from "@/api/types";
import { chinaDay } from "@/components/time";

export interface Month {
  /** "2026-03" */
  key: string;
  bills: Bill[];
}

/** Bills, newest first, cut into China's months. */
export function byMonth(bills: readonly Bill[]): Month[] {
  const months: Month[] = [];
  for (const bill of bills) {
    const key = chinaDay(bill.at).slice(0, 7);
    let month = months.at(-1);
    if (month?.key !== key) {
      month = { key, bills: [] };
      months.push(month);
    }
    month.bills.push(bill);
  }
  return months;
}

/** The month of China's calendar at `now` (milliseconds) and those before it, `count` in all. */
export function lastMonths(now: number, count: number): string[] {
  const [year = 0, month = 0] = chinaDay(now).split("-").map(Number);
  return Array.from({ length: count }, (_, back) => {
    const months = year * 12 + (month - 1) - back;
    return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
  });
}

/** An instant inside a month, to have it written in words. */
export function insideMonth(key: string): string {
  return `${key}-15T00:00:00Z`;
}
