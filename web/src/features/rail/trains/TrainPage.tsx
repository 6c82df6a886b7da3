import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Navigate, useParams, useSearchParams } from "react-router";
import type { Offer } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { ErrorNote } from "@/components/ErrorNote";
import { ListCard } from "@/components/ListCard";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { journeyOf, resultsPath } from "../data/journey";
import { offersQuery, stopsQuery, type Journey } from "../data/queries";
import { useRailWords } from "../data/words";
import { dayWithWeekday } from "../model/dates";
import { JourneyCard } from "../parts/JourneyCard";
import { ClassList } from "./ClassList";
import { StopTimeline } from "./StopTimeline";

/** One train: what can be booked on it, and where it stops. */
export function TrainPage() {
  const { trainNo = "" } = useParams();
  const [params] = useSearchParams();
  const journey = journeyOf(params);
  return journey ? (
    <Train trainNo={trainNo} journey={journey} />
  ) : (
    <Navigate to="/tickets" replace />
  );
}

function Train({ trainNo, journey }: { trainNo: string; journey: Journey }) {
  const { t } = useTranslation("rail");
  const offers = useQuery(offersQuery(journey));
  const offer = offers.data?.find((each) => each.train_no === trainNo);
  const title = offer ? t("train.title", { code: offer.train_code }) : t("train.loading");
  return (
    <PageShell title={title} back={resultsPath(journey)}>
      {offers.isError && <ErrorNote error={offers.error} onRetry={() => offers.refetch()} />}
      {offers.isPending && <Skeletons height={150} />}
      {offers.data && !offer && (
        <EmptyState drawing="lost" title={t("train.gone")} text={t("train.goneText")} />
      )}
      {offer && <TrainDetail offer={offer} journey={journey} />}
    </PageShell>
  );
}

function TrainDetail({ offer, journey }: { offer: Offer; journey: Journey }) {
  const { t } = useTranslation("rail");
  const { language } = useRailWords();
  const stops = useQuery(stopsQuery(offer.train_no, { from: offer.from.telecode, date: journey.date }));
  return (
    <>
      <JourneyCard heading={dayWithWeekday(journey.date, language)} {...journeyLineOf(offer)} />
      <ListCard title={t("train.classes")}>
        <ClassList offer={offer} journey={journey} />
      </ListCard>
      <ListCard title={t("train.stops")}>
        {stops.isError && <ErrorNote error={stops.error} onRetry={() => stops.refetch()} />}
        {stops.isPending && <Skeletons lines={4} />}
        {stops.data && (
          <StopTimeline stops={stops.data} from={offer.from.telecode} to={offer.to.telecode} />
        )}
      </ListCard>
    </>
  );
}

function journeyLineOf(offer: Offer) {
  return {
    code: offer.train_code,
    from: offer.from,
    to: offer.to,
    departAt: offer.depart_at,
    arriveAt: offer.arrive_at,
  };
}
