import { useTranslation } from "react-i18next";
import { chinaDay, useTimeWords } from "@/components/time";
import { useRailWords } from "../data/words";
import { daysBetween } from "../model/dates";
import { dayMark } from "../model/durations";
import type { Place } from "../model/types";
import styles from "./JourneyLine.module.css";

interface Props {
  code: string;
  from: Place;
  to: Place;
  departAt: string;
  arriveAt: string;
  /** "plain" on white, "inverse" on the deep ground of a ticket. */
  tone?: "plain" | "inverse";
}

/** From here to there: both times large, the train and how long it takes between them. */
export function JourneyLine({ code, from, to, departAt, arriveAt, tone = "plain" }: Props) {
  const { t } = useTranslation("rail");
  const { nameOf, duration } = useRailWords();
  const { time } = useTimeWords();
  const minutes = Math.round((Date.parse(arriveAt) - Date.parse(departAt)) / 60_000);
  const days = daysBetween(chinaDay(departAt), chinaDay(arriveAt));
  return (
    <div className={`${styles.line} ${styles[tone]}`}>
      <div className={styles.end}>
        <time className={styles.time} dateTime={departAt}>
          {time(departAt)}
        </time>
        <span className={styles.station}>{nameOf(from)}</span>
      </div>
      <div className={styles.way}>
        <span className={styles.code}>{code}</span>
        <span className={styles.track} aria-hidden="true" />
        <span className={styles.duration}>{duration(minutes)}</span>
      </div>
      <div className={`${styles.end} ${styles.arrival}`}>
        <span className={styles.time}>
          <time dateTime={arriveAt}>{time(arriveAt)}</time>
          {days > 0 && (
            <span className={styles.days}>
              <span aria-hidden="true">{dayMark(days)}</span>
              <span className="visually-hidden">{t("daysLater", { count: days })}</span>
            </span>
          )}
        </span>
        <span className={styles.station}>{nameOf(to)}</span>
      </div>
    </div>
  );
}
