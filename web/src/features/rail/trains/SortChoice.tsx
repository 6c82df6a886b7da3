import { useTranslation } from "react-i18next";
import { SORTS, type OfferSort } from "../model/offers";
import styles from "./SortChoice.module.css";

interface Props {
  sort: OfferSort;
  onSort: (sort: OfferSort) => void;
}

/** By what the trains are ordered: radio buttons that look like one switch. */
export function SortChoice({ sort, onSort }: Props) {
  const { t } = useTranslation("rail");
  return (
    <fieldset className={styles.sorts}>
      <legend className="visually-hidden">{t("results.sort")}</legend>
      {SORTS.map((each) => (
        <label key={each} className={styles.sort}>
          <input
            type="radio"
            className="visually-hidden"
            name="sort"
            checked={each === sort}
            onChange={() => {
              onSort(each);
            }}
          />
          {t(`results.by.${each}`)}
        </label>
      ))}
    </fieldset>
  );
}
