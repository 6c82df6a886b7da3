import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Navigate, useSearchParams } from "react-router";
import type { Offer } from "@/api/types";
import { ErrorNote } from "@/components/ErrorNote";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { journeyOf } from "../data/journey";
import { offersQuery, stationsQuery, type Journey } from "../data/queries";
import { useRailWords } from "../data/words";
import { EVERYTHING, filteredOffers, sortedOffers } from "../model/offers";
import { DateStrip } from "./DateStrip";
import { NoTrains } from "./NoTrains";
import { OfferCard } from "./OfferCard";
import { OfferTools } from "./OfferTools";
import { useOfferView } from "./useOfferView";
import styles from "./ResultsPage.module.css";

/** The trains of a day between two cities. */
export function ResultsPage() {
  const [params] = useSearchParams();
  const journey = journeyOf(params);
  return journey ? <Results journey={journey} /> : <Navigate to="/tickets" replace />;
}

function Results({ journey }: { journey: Journey }) {
  const { t } = useTranslation("rail");
  const { nameOf } = useRailWords();
  const stations = useQuery(stationsQuery);
  const offers = useQuery(offersQuery(journey));
  const view = useOfferView(journey.from, journey.to);
  const named = (telecode: string) => {
    const station = stations.data?.find((each) => each.telecode === telecode);
    return station ? nameOf(station) : telecode;
  };
  return (
    <PageShell
      title={t("results.title", { from: named(journey.from), to: named(journey.to) })}
      back="/tickets"
    >
      <DateStrip journey={journey} />
      {offers.isError && <ErrorNote error={offers.error} onRetry={() => offers.refetch()} />}
      {offers.isPending && <TrainsLoading />}
      {offers.data && <OfferList offers={offers.data} journey={journey} view={view} />}
    </PageShell>
  );
}

interface ListProps {
  offers: Offer[];
  journey: Journey;
  view: ReturnType<typeof useOfferView>;
}

function OfferList({ offers, journey, view }: ListProps) {
  const { t } = useTranslation("rail");
  const shown = sortedOffers(filteredOffers(offers, view.filter), view.sort);
  if (offers.length === 0) return <NoTrains journey={journey} />;
  return (
    <>
      <OfferTools offers={offers} {...view} />
      <p className="visually-hidden" role="status">
        {t("results.count", { count: shown.length })}
      </p>
      {shown.length === 0 ? (
        <NoTrains
          journey={journey}
          onShowAll={() => {
            view.onFilter(EVERYTHING);
          }}
        />
      ) : (
        <ul className={styles.list}>
          {shown.map((offer) => (
            <li key={offer.train_no}>
              <OfferCard offer={offer} journey={journey} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function TrainsLoading() {
  return (
    <div className={styles.list}>
      <Skeletons height={132} />
      <Skeletons height={132} />
      <Skeletons height={132} />
    </div>
  );
}
