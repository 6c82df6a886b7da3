import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { usePerson } from "@/api/session";
import type { Offer } from "@/api/types";
import { PageShell } from "@/components/PageShell";
import { usePlaceOrder } from "../data/commands";
import { bookPath, trainPath } from "../data/journey";
import { passengersQuery, type Journey } from "../data/queries";
import { useRailWords } from "../data/words";
import { dayWithWeekday } from "../model/dates";
import { wishesFor, type SeatWish } from "../model/seats";
import type { SeatClass } from "../model/types";
import { JourneyCard } from "../parts/JourneyCard";
import { BookFooter } from "./BookFooter";
import { ClassChoice } from "./ClassChoice";
import { PassengerChoice } from "./PassengerChoice";
import { RealNameGuide } from "./RealNameGuide";
import { SeatWishes } from "./SeatWishes";

interface Props {
  offer: Offer;
  seatClass: SeatClass;
  journey: Journey;
}

export function BookForm({ offer, seatClass, journey }: Props) {
  const { t } = useTranslation("rail");
  const { language } = useRailWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const placeOrder = usePlaceOrder();
  const named = usePerson().real_name_level > 0;
  const passengers = useQuery({ ...passengersQuery, enabled: named });
  // Untouched, the person's own entry is chosen: most people buy for themselves.
  const [touched, setTouched] = useState<string[] | null>(null);
  const [wished, setWished] = useState<SeatWish[]>([]);
  const [error, setError] = useState<unknown>(null);

  const self = passengers.data?.find((each) => each.is_self)?.passenger_id;
  const chosen = (touched ?? (self ? [self] : [])).filter((id) =>
    passengers.data?.some((each) => each.passenger_id === id),
  );
  const wishes = wishesFor(wished, seatClass.class_code, chosen.length);

  const submit = async () => {
    setError(null);
    try {
      const order = await placeOrder({
        train_no: offer.train_no,
        from: offer.from.telecode,
        to: offer.to.telecode,
        date: journey.date,
        class_code: seatClass.class_code,
        passenger_ids: chosen,
        seat_wishes: wishes,
      });
      await navigate(`/tickets/orders/${order.order_id}`, { replace: true });
    } catch (refusal) {
      setError(refusal);
      void client.invalidateQueries({ queryKey: ["rail", "offers"] });
    }
  };
  return (
    <PageShell
      title={t("book.title")}
      back={trainPath(offer.train_no, journey)}
      footer={
        <BookFooter
          totalFen={seatClass.fare_fen * chosen.length}
          party={chosen.length}
          error={error}
          onSubmit={submit}
        />
      }
    >
      <JourneyCard
        heading={dayWithWeekday(journey.date, language)}
        code={offer.train_code}
        from={offer.from}
        to={offer.to}
        departAt={offer.depart_at}
        arriveAt={offer.arrive_at}
      />
      <ClassChoice
        classes={offer.classes}
        chosen={seatClass.class_code}
        onChoose={(code) => void navigate(bookPath(offer.train_no, journey, code), { replace: true })}
      />
      {named ? (
        <PassengerChoice query={passengers} chosen={chosen} onChange={setTouched} />
      ) : (
        <RealNameGuide />
      )}
      <SeatWishes
        classCode={seatClass.class_code}
        party={chosen.length}
        wishes={wishes}
        onChange={setWished}
      />
    </PageShell>
  );
}
