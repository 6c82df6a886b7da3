import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { SubmitButton } from "@/components/SubmitButton";
import { resultsPath } from "../data/journey";
import { saleQuery, type Journey } from "../data/queries";
import { useRailWords } from "../data/words";
import { addDays, dayAndMonth } from "../model/dates";
import styles from "./NoTrains.module.css";

interface Props {
  journey: Journey;
  /** There are trains, but the filter hides them all: takes it off. */
  onShowAll?: () => void;
}

/** No train: what might help, be it the filter, the next day or another station. */
export function NoTrains({ journey, onShowAll }: Props) {
  const { t } = useTranslation("rail");
  const { language } = useRailWords();
  const sale = useQuery(saleQuery);
  const next = addDays(journey.date, 1);
  if (onShowAll) {
    return (
      <EmptyState
        drawing="station"
        title={t("results.hiddenTitle")}
        text={t("results.hiddenText")}
        action={
          <SubmitButton kind="outline" block={false} onClick={() => Promise.resolve(onShowAll())}>
            {t("results.showAll")}
          </SubmitButton>
        }
      />
    );
  }
  return (
    <EmptyState
      drawing="station"
      title={t("results.noneTitle")}
      text={t("results.noneText")}
      action={
        <p className={styles.ways}>
          {sale.data && next <= sale.data.last_day && (
            <Link to={resultsPath({ ...journey, date: next })} replace>
              {t("results.tryDay", { day: dayAndMonth(next, language) })}
            </Link>
          )}
          <Link to="/tickets">{t("results.otherStations")}</Link>
        </p>
      }
    />
  );
}
