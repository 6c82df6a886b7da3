/**
 * Days of travel. A **day** is "YYYY-MM-DD" on China's calendar and never a `Date`, so that a phone
 * in another zone can't move it; `chinaDay` of the shared time words makes one of an instant.
 */

const DAY_MS = 86_400_000;

/** Whether `text` is a day that exists. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

export function addDays(day: string, days: number): string {
  return new Date(midnight(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Days from `first` to `second`; negative when `second` is the earlier. */
export function daysBetween(first: string, second: string): number {
  return Math.round((midnight(second) - midnight(first)) / DAY_MS);
}

/** Every day from `first` to `last`, both included: the sale's strip. */
export function daysFrom(first: string, last: string): string[] {
  const count = daysBetween(first, last) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => addDays(first, index));
}

/** The nearest day within the sale. */
export function withinSale(day: string, sale: { first_day: string; last_day: string }): string {
  if (!isDay(day) || day < sale.first_day) return sale.first_day;
  return day > sale.last_day ? sale.last_day : day;
}

/** "11月25日" or "25 Nov". */
export function dayAndMonth(day: string, language: string): string {
  return written(day, language, { month: isChinese(language) ? "long" : "short", day: "numeric" });
}

/** "11月25日 周三" or "Wed, 25 Nov". */
export function dayWithWeekday(day: string, language: string): string {
  if (isChinese(language)) return `${dayAndMonth(day, language)} ${weekday(day, language)}`;
  return written(day, language, { weekday: "short", month: "short", day: "numeric" });
}

/** "周三" or "Wed". */
export function weekday(day: string, language: string): string {
  return written(day, language, { weekday: "short" });
}

/** "2026年11月" or "November 2026". */
export function monthName(day: string, language: string): string {
  return written(day, language, { year: "numeric", month: "long" });
}

/** Days to skip before `day` in a week that begins on Monday: 0 to 6. */
export function weekdayIndex(day: string): number {
  return (new Date(midnight(day)).getUTCDay() + 6) % 7;
}

function written(day: string, language: string, options: Intl.DateTimeFormatOptions): string {
  const locale = isChinese(language) ? "zh-CN" : "en-GB";
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(midnight(day));
}

function isChinese(language: string): boolean {
  return language.startsWith("zh");
}

function midnight(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}
