import { useTranslation } from "react-i18next";

/** Writes a calendar day of China ("2026-07-01", or an instant) with its year, or `short` without. */
export function useDays(short = false): (day: string) => string {
  const { i18n } = useTranslation();
  const format = new Intl.DateTimeFormat(i18n.language === "en" ? "en-GB" : "zh-CN", {
    timeZone: "Asia/Shanghai",
    ...(short ? { month: "short", day: "numeric" } : { dateStyle: "long" }),
  });
  return (day) => format.format(new Date(day.length === 10 ? `${day}T00:00:00+08:00` : day));
}
