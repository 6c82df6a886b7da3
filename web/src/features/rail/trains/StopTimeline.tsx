import { useTranslation } from "react-i18next";
import type { Stops } from "@/api/types";
import { chinaDay, useTimeWords } from "@/components/time";
import { useRailWords } from "../data/words";
import { daysBetween } from "../model/dates";
import { dayMark, standingMinutes } from "../model/durations";
import styles from "./StopTimeline.module.css";

type Stop = Stops["items"][number];

interface Props {
  stops: Stop[];
  from: string;
  to: string;
}

/** Every stop of the train in order; the part that is travelled stands out. */
export function StopTimeline({ stops, from, to }: Props) {
  const { t } = useTranslation("rail");
  const { nameOf } = useRailWords();
  const first = stops.findIndex((stop) => stop.telecode === from);
  const last = stops.findIndex((stop, index) => index > first && stop.telecode === to);
  const start = stops[first]?.depart_at ?? stops[0]?.depart_at;
  return (
    <ol className={styles.stops}>
      {stops.map((stop, index) => {
        const travelled = index >= first && index <= last;
        const end = index === first || index === last;
        const standing = standingMinutes(stop.arrive_at, stop.depart_at);
        return (
          <li
            key={stop.seq}
            className={[
              styles.stop,
              travelled ? styles.travelled : "",
              end ? styles.end : "",
              index === last ? styles.last : "",
            ].join(" ")}
          >
            <span className={styles.times}>
              {stop.arrive_at && <StopTime at={stop.arrive_at} since={start} />}
              {stop.depart_at && <StopTime at={stop.depart_at} since={start} />}
            </span>
            <span className={styles.dot} aria-hidden="true" />
            <span className={styles.name}>
              {nameOf(stop)}
              {index === first && <span className="visually-hidden">{t("train.getOn")}</span>}
              {index === last && <span className="visually-hidden">{t("train.getOff")}</span>}
            </span>
            <span className={styles.standing}>
              {standing > 0
                ? t("train.stands", { count: standing })
                : t(stop.arrive_at ? "train.terminus" : "train.origin")}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function StopTime({ at, since }: { at: string; since: string | null | undefined }) {
  const { time } = useTimeWords();
  const days = since ? daysBetween(chinaDay(since), chinaDay(at)) : 0;
  return (
    <time dateTime={at} className={styles.time}>
      {time(at)}
      {days !== 0 && <sup className={styles.days}>{dayMark(days)}</sup>}
    </time>
  );
}
