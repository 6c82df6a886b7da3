import { useTranslation } from "react-i18next";
import { useRailWords } from "../data/words";
import { dayAndMonth, daysBetween, weekday } from "../model/dates";
import styles from "./DayName.module.css";

/** "11月25日  今天" or "27 Nov  Fri": the day, and how people call it. */
export function DayName({ day, today }: { day: string; today: string }) {
  const { t } = useTranslation("rail");
  const { language } = useRailWords();
  const away = daysBetween(today, day);
  const called = away === 0 ? t("today") : away === 1 ? t("tomorrow") : weekday(day, language);
  return (
    <span className={styles.day}>
      <span className={styles.date}>{dayAndMonth(day, language)}</span>{" "}
      <span className={styles.called}>{called}</span>
    </span>
  );
}
