import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { Station } from "@/api/types";
import { ErrorNote } from "@/components/ErrorNote";
import { Icon } from "@/components/Icon";
import { Skeletons } from "@/components/Skeletons";
import { SubmitButton } from "@/components/SubmitButton";
import { resultsPath } from "../data/journey";
import { changeSearchChoice } from "../data/searchChoice";
import { useRailWords } from "../data/words";
import { DateSheet } from "./DateSheet";
import { DayName } from "./DayName";
import { useChosen } from "./useChosen";
import styles from "./SearchCard.module.css";

/** From ⇄ to, the day, and the one button. The last choice of this phone stands there already. */
export function SearchCard() {
  const { t } = useTranslation("rail");
  const navigate = useNavigate();
  const { stations, sale, from, to, date } = useChosen();
  const [choosingDay, setChoosingDay] = useState(false);
  const failed = stations.isError ? stations : sale.isError ? sale : null;
  if (failed) {
    return <ErrorNote error={failed.error} onRetry={() => failed.refetch()} />;
  }
  if (!from || !to || !date || !sale.data) return <Skeletons height={248} />;

  const sameCity = from.city === to.city;
  const swap = () => {
    changeSearchChoice({ from: to.telecode, to: from.telecode });
  };
  const search = async () => {
    changeSearchChoice({ from: from.telecode, to: to.telecode, date });
    await navigate(resultsPath({ from: from.telecode, to: to.telecode, date }));
  };
  return (
    <section className={styles.card} aria-label={t("search.label")}>
      <div className={styles.ends}>
        <End which="from" station={from} />
        <button type="button" className={styles.swap} onClick={swap} aria-label={t("search.swap")}>
          <Icon name="transfer" size={20} />
        </button>
        <End which="to" station={to} />
      </div>
      {sameCity && (
        <p className={styles.hint} role="status">
          {t("search.sameCity")}
        </p>
      )}
      <button
        type="button"
        className={styles.day}
        onClick={() => {
          setChoosingDay(true);
        }}
        aria-haspopup="dialog"
      >
        <Icon name="calendar" size={20} />
        <span className="visually-hidden">{t("search.day")}</span>
        <DayName day={date} today={sale.data.first_day} />
        <Icon name="forward" size={16} />
      </button>
      <SubmitButton onClick={search} disabled={sameCity}>
        {t("search.go")}
      </SubmitButton>
      <DateSheet
        open={choosingDay}
        sale={sale.data}
        day={date}
        onClose={() => {
          setChoosingDay(false);
        }}
        onChoose={(day) => {
          changeSearchChoice({ date: day });
          setChoosingDay(false);
        }}
      />
    </section>
  );
}

function End({ which, station }: { which: "from" | "to"; station: Station }) {
  const { t } = useTranslation("rail");
  const { nameOf } = useRailWords();
  return (
    <Link to={`/tickets/stations?end=${which}`} className={`${styles.end} ${styles[which]}`}>
      <span className={styles.label}>{t(`search.${which}`)}</span>
      <span className={styles.station}>{nameOf(station)}</span>
    </Link>
  );
}
