import { useTranslation } from "react-i18next";
import type { Offer } from "@/api/types";
import { Segments } from "@/components/Segments";
import { kindsOf, SORTS, type OfferFilter, type OfferSort } from "../model/offers";
import { Chip } from "@/components/Chip";
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
  const kinds = kindsOf(offers);
  const toggleKind = (kind: string) => {
    const on = filter.kinds.includes(kind);
    onFilter({
      ...filter,
      kinds: on ? filter.kinds.filter((each) => each !== kind) : [...filter.kinds, kind],
    });
  };
  return (
    <div className={styles.tools}>
      <Segments
        label={t("results.sort")}
        value={sort}
        onChange={onSort}
        options={SORTS.map((each) => ({ value: each, label: t(`results.by.${each}`) }))}
      />
      <div className={styles.chips} role="group" aria-label={t("results.filter")}>
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
                toggleKind(kind);
              }}
            >
              {t(`kind.${kind}`, { defaultValue: kind })}
            </Chip>
          ))}
      </div>
    </div>
  );
}
