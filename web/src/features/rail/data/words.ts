/** Names and durations in the language that is on. */
import { useTranslation } from "react-i18next";
import { seatNameOf } from "../model/seatName";
import { durationKey, durationOf } from "../model/durations";

interface Named {
  name: string;
  name_en: string;
}

export function useRailWords() {
  const { t, i18n } = useTranslation("rail");
  const english = i18n.language === "en";
  return {
    english,
    language: i18n.language,
    /** A station, a city or a class. */
    nameOf: (named: Named): string => (english ? named.name_en : named.name),
    /** "4小时48分" or "4 h 48 min". */
    duration: (minutes: number): string => {
      const parts = durationOf(minutes);
      return t(`duration.${durationKey(parts)}`, { ...parts });
    },
    /** "12A号" or "seat 12A"; "07号上铺" or "berth 07 upper". */
    seat: (seat: string): string => {
      const { number, level } = seatNameOf(seat);
      return t(level ? `seat.${level}` : "seat.seat", { number });
    },
    /** As on a ticket, without its word: "12A", "07上", "07 upper". */
    seatShort: (seat: string): string => {
      const { number, level } = seatNameOf(seat);
      return level ? t(`seatShort.${level}`, { number }) : number;
    },
  };
}
