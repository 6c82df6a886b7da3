import { useTranslation } from "react-i18next";
import type { Offer } from "@/api/types";
import { Chip, Chips } from "@/components/Chip";
import { Segments } from "@/components/Segments";
import { useRailWords } from "../data/words";
import {
  kindsOf,
  partOfDay,
  PARTS_OF_DAY,
  SORTS,
  stationsOf,
  type OfferFilter,
  type OfferSort,
} from "../model/offers";
import styles from "./OfferTools.module.css";

interface Props {
  offers: Offer[];
  sort: OfferSort;
  onSort: (sort: OfferSort) => void;
  filter: OfferFilter;
  onFilter: (filter: OfferFilter) => void;
}

/** Ordering and narrowing the trains. */
export function OfferTools({ offers, sort, onSort, filter, onFilter }: Props) {
  const { t } = useTranslation("rail");
  const { nameOf } = useRailWords();
  const kinds = kindsOf(offers);
  const hours = PARTS_OF_DAY.filter((hour) => offers.some((offer) => partOfDay(offer) === hour));
  const stations = stationsOf(offers);
  return (
    <div className={styles.tools}>
      <Segments
        label={t("results.sort")}
        value={sort}
        onChange={onSort}
        options={SORTS.map((each) => ({ value: each, label: t(`results.by.${each}`) }))}
      />
      <Chips label={t("results.filter")}>
        <Chip
          on={filter.onlyBookable}
          onToggle={() => {
            onFilter({ ...filter, onlyBookable: !filter.onlyBookable });
          }}
        >
          {t("results.onlyBookable")}
        </Chip>
        {kinds.length > 1 &&
          kinds.map((kind) => (
            <Chip
              key={kind}
              on={filter.kinds.includes(kind)}
              onToggle={() => {
                onFilter({ ...filter, kinds: toggled(filter.kinds, kind) });
              }}
            >
              {t(`kind.${kind}`, { defaultValue: kind })}
            </Chip>
          ))}
        {hours.length > 1 &&
          hours.map((hour) => (
            <Chip
              key={hour}
              on={filter.hours.includes(hour)}
              onToggle={() => {
                onFilter({ ...filter, hours: toggled(filter.hours, hour) });
              }}
            >
              {t(`results.hours.${hour}`)}
            </Chip>
          ))}
        {stations.map(({ key, station, leaving }) => (
          <Chip
            key={key}
            on={filter.stations.includes(key)}
            onToggle={() => {
              onFilter({ ...filter, stations: toggled(filter.stations, key) });
            }}
          >
            {t(leaving ? "results.leaving" : "results.arriving", { name: nameOf(station) })}
          </Chip>
        ))}
      </Chips>
    </div>
  );
}

function toggled<T>(picked: readonly T[], one: T): T[] {
  return picked.includes(one) ? picked.filter((each) => each !== one) : [...picked, one];
}
