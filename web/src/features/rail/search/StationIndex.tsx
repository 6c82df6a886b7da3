import { useTranslation } from "react-i18next";
import type { Station } from "@/api/types";
import { Icon } from "@/components/Icon";
import { useRailWords } from "../data/words";
import { stationsByLetter } from "../model/stations";
import styles from "./StationIndex.module.css";

interface Props {
  stations: Station[];
  current: Station | undefined;
  onChoose: (station: Station) => void;
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".split("");

/** The well-known stations, then all under their letters, with the letters to jump by. */
export function StationIndex({ stations, current, onChoose }: Props) {
  const { t } = useTranslation("rail");
  const groups = stationsByLetter(stations);
  const there = new Set(groups.map(([letter]) => letter));
  const jump = (letter: string) => {
    const heading = document.getElementById(`letter-${letter}`);
    heading?.scrollIntoView({ block: "start" });
    heading?.focus({ preventScroll: true });
  };
  return (
    <div className={styles.index}>
      <nav className={styles.letters} aria-label={t("stations.letters")}>
        {LETTERS.filter((letter) => there.has(letter)).map((letter) => (
          <button
            key={letter}
            type="button"
            onClick={() => {
              jump(letter);
            }}
          >
            {letter}
          </button>
        ))}
      </nav>
      <div className={styles.groups}>
        <section aria-labelledby="hot-stations">
          <h2 id="hot-stations" className={styles.heading}>
            {t("stations.hot")}
          </h2>
          <ul className={styles.hot}>
            {stations
              .filter((station) => station.hot)
              .map((station) => (
                <li key={station.telecode}>
                  <StationButton {...{ station, current, onChoose }} look="tile" />
                </li>
              ))}
          </ul>
        </section>
        {groups.map(([letter, group]) => (
          <section key={letter} aria-labelledby={`letter-${letter}`}>
            <h2 id={`letter-${letter}`} tabIndex={-1} className={styles.heading}>
              {letter}
            </h2>
            <ul className={styles.rows}>
              {group.map((station) => (
                <li key={station.telecode}>
                  <StationButton {...{ station, current, onChoose }} look="row" />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
}

interface ButtonProps extends Omit<Props, "stations"> {
  station: Station;
  look: "tile" | "row";
}

function StationButton({ station, current, onChoose, look }: ButtonProps) {
  const { nameOf, english } = useRailWords();
  const chosen = station.telecode === current?.telecode;
  return (
    <button
      type="button"
      className={styles[look]}
      aria-current={chosen || undefined}
      onClick={() => {
        onChoose(station);
      }}
    >
      <span>{nameOf(station)}</span>
      {look === "row" && <small>{english ? station.name : station.pinyin}</small>}
      {look === "row" && chosen && <Icon name="check" size={18} />}
    </button>
  );
}
