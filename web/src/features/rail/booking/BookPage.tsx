import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Navigate, useParams, useSearchParams } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { ErrorNote } from "@/components/ErrorNote";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { journeyOf, trainPath } from "../data/journey";
import { offersQuery, type Journey } from "../data/queries";
import { BookForm } from "./BookForm";

/** Booking a train: who travels, in which class, where they would like to sit. */
export function BookPage() {
  const { trainNo = "" } = useParams();
  const [params] = useSearchParams();
  const journey = journeyOf(params);
  if (!journey) return <Navigate to="/tickets" replace />;
  return <Book trainNo={trainNo} journey={journey} classCode={params.get("class") ?? ""} />;
}

interface Props {
  trainNo: string;
  journey: Journey;
  classCode: string;
}

function Book({ trainNo, journey, classCode }: Props) {
  const { t } = useTranslation("rail");
  const offers = useQuery(offersQuery(journey));
  const offer = offers.data?.find((each) => each.train_no === trainNo);
  const seatClass =
    offer?.classes.find((each) => each.class_code === classCode) ?? offer?.classes[0];
  if (offer && seatClass) {
    return <BookForm offer={offer} seatClass={seatClass} journey={journey} />;
  }
  return (
    <PageShell title={t("book.title")} back={trainPath(trainNo, journey)}>
      {offers.isError && <ErrorNote error={offers.error} onRetry={() => offers.refetch()} />}
      {offers.isPending && <BookLoading />}
      {offers.data && (
        <EmptyState drawing="lost" title={t("train.gone")} text={t("train.goneText")} />
      )}
    </PageShell>
  );
}

function BookLoading() {
  return (
    <>
      <Skeletons height={132} />
      <Skeletons height={180} />
      <Skeletons height={180} />
    </>
  );
}
