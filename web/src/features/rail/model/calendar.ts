/** The months that a sale touches, in weeks from Monday. */
import { addDays, daysFrom, weekdayIndex } from "./dates";

export interface CalendarMonth {
  /** "2026-11" */
  month: string;
  /** Seven places a week; null before the month's first day and after its last. */
  weeks: (string | null)[][];
}

/** Only the weeks with a day on sale: a calendar of dead rows helps nobody. */
export function calendarOf(sale: { first_day: string; last_day: string }): CalendarMonth[] {
  const months = [...new Set(daysFrom(sale.first_day, sale.last_day).map((day) => day.slice(0, 7)))];
  return months.map((month) => ({
    month,
    weeks: weeksOf(month).filter((week) =>
      week.some((day) => day !== null && day >= sale.first_day && day <= sale.last_day),
    ),
  }));
}

function weeksOf(month: string): (string | null)[][] {
  const first = `${month}-01`;
  const weeks: (string | null)[][] = [];
  for (let monday = addDays(first, -weekdayIndex(first)); ; monday = addDays(monday, 7)) {
    const week = daysFrom(monday, addDays(monday, 6));
    if (!week.some((day) => day.startsWith(month))) return weeks;
    weeks.push(week.map((day) => (day.startsWith(month) ? day : null)));
  }
}
