import { useTranslation } from "react-i18next";

const ZONE = "Asia/Shanghai";

/** China's calendar day of an instant, "2026-03-09". */
export function chinaDay(instant: string | number): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, dateStyle: "short" }).format(new Date(instant));
}

/** Formats instants as people in China read them, in the language that is on. */
export function useTimeWords() {
  const { i18n } = useTranslation();
  const locale = i18n.language === "en" ? "en-GB" : "zh-CN";
  const format = (options: Intl.DateTimeFormatOptions) => (instant: string | number) =>
    new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options }).format(new Date(instant));
  return {
    /** 3月9日 / 9 March */
    day: format({ month: "long", day: "numeric" }),
    /** 2026年3月 / March 2026 */
    month: format({ year: "numeric", month: "long" }),
    /** 08:05 */
    time: format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    /** 3月9日 08:05 */
    moment: format({ month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    /** 2026/3/9 08:05:33 */
    full: format({
      year: "numeric", month: "short", day: "numeric",
      hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
    }),
  };
}
