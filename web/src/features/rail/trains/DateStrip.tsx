import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { resultsPath } from "../data/journey";
import { saleQuery, type Journey } from "../data/queries";
import { changeSearchChoice } from "../data/searchChoice";
import { useRailWords } from "../data/words";
import { daysFrom, dayWithWeekday, weekday } from "../model/dates";
import styles from "./DateStrip.module.css";

/** Every day on sale, side by side; the chosen one is brought into sight. */
export function DateStrip({ journey }: { journey: Journey }) {
  const { t } = useTranslation("rail");
  const { language } = useRailWords();
  const sale = useQuery(saleQuery);
  const strip = useRef<HTMLElement>(null);

  useEffect(() => {
    const box = strip.current;
    const chosen = box?.querySelector<HTMLElement>("[aria-current]");
    if (!box || !chosen) return;
    box.scrollLeft = chosen.offsetLeft - (box.clientWidth - chosen.offsetWidth) / 2;
  }, [journey.date, sale.data]);

  return (
    <nav ref={strip} className={styles.strip} aria-label={t("results.days")}>
      {sale.data &&
        daysFrom(sale.data.first_day, sale.data.last_day).map((day) => (
          <Link
            key={day}
            to={resultsPath({ ...journey, date: day })}
            replace
            className={styles.day}
            aria-current={day === journey.date ? "date" : undefined}
            onClick={() => {
              changeSearchChoice({ date: day });
            }}
          >
            <span className="visually-hidden">{dayWithWeekday(day, language)}</span>
            <span className={styles.weekday} aria-hidden="true">
              {day === sale.data.first_day ? t("today") : weekday(day, language)}
            </span>
            <span className={styles.number} aria-hidden="true">
              {dayNumber(day)}
            </span>
          </Link>
        ))}
    </nav>
  );
}

/** "25", and "12/1" where a month begins. */
function dayNumber(day: string): string {
  const [, month, date] = day.split("-").map(Number);
  return date === 1 ? `${month}/1` : String(date);
}
