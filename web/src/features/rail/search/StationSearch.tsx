import { useId, useState, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Station } from "@/api/types";
import { SearchField } from "@/components/SearchField";
import { useRailWords } from "../data/words";
import styles from "./StationSearch.module.css";

interface Props {
  typed: string;
  onType: (typed: string) => void;
  found: Station[];
  onChoose: (station: Station) => void;
  /** Shown when something was typed that no station is called. */
  nothing: ReactNode;
}

/**
 * A combobox over a list of stations: the focus stays in the box, arrows move the mark in the list,
 * Enter takes what is marked (the best match from the start), Escape empties the box.
 */
export function StationSearch({ typed, onType, found, onChoose, nothing }: Props) {
  const { t } = useTranslation("rail");
  const id = useId();
  const [marked, setMarked] = useState(0);
  const open = typed.trim() !== "";
  const mark = Math.min(marked, found.length - 1);
  const optionId = (index: number) => `${id}-${index}`;

  const type = (text: string) => {
    setMarked(0);
    onType(text);
  };
  const move = (to: number) => {
    const next = (to + found.length) % found.length;
    setMarked(next);
    document.getElementById(optionId(next))?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape" && open) type("");
    else if (!open || found.length === 0) return;
    else if (event.key === "ArrowDown") move(mark + 1);
    else if (event.key === "ArrowUp") move(mark - 1);
    else if (event.key === "Enter") {
      const station = found[mark];
      if (station) onChoose(station);
    } else return;
    event.preventDefault();
  };
  return (
    <div className={styles.search} data-open={open}>
      <SearchField
        label={t("stations.search")}
        value={typed}
        onChange={type}
        emptyLabel={t("stations.clear")}
        role="combobox"
        aria-expanded={open && found.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={open && found.length > 0 ? optionId(mark) : undefined}
        autoCapitalize="off"
        spellCheck={false}
        enterKeyHint="done"
        placeholder={t("stations.placeholder")}
        onKeyDown={onKeyDown}
      />
      <p className="visually-hidden" role="status">
        {open ? t("stations.found", { count: found.length }) : ""}
      </p>
      <div id={`${id}-list`} role="listbox" aria-label={t("stations.matches")} className={styles.list}>
        {open &&
          found.map((station, index) => (
            <StationOption
              key={station.telecode}
              id={optionId(index)}
              station={station}
              marked={index === mark}
              onChoose={onChoose}
            />
          ))}
      </div>
      {open && found.length === 0 && nothing}
    </div>
  );
}

interface OptionProps {
  id: string;
  station: Station;
  marked: boolean;
  onChoose: (station: Station) => void;
}

function StationOption({ id, station, marked, onChoose }: OptionProps) {
  const { english } = useRailWords();
  return (
    // Keys are handled in the box, which keeps the focus; a tap lands here.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={marked}
      className={styles.option}
      onClick={() => {
        onChoose(station);
      }}
    >
      <span className={styles.name}>{english ? station.name_en : station.name}</span>
      <span className={styles.other}>{english ? station.name : station.pinyin}</span>
      <span className={styles.city}>{english ? station.city_en : station.city}</span>
    </div>
  );
}
