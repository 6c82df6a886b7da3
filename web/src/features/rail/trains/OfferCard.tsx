import { Link } from "react-router";
import type { Offer } from "@/api/types";
import { Money } from "@/components/Money";
import { trainPath } from "../data/journey";
import type { Journey } from "../data/queries";
import { useRailWords } from "../data/words";
import { isBookable } from "../model/offers";
import { JourneyLine } from "../parts/JourneyLine";
import { SeatsLeft } from "../parts/SeatsLeft";
import styles from "./OfferCard.module.css";

/** One train of the list: when, how long, and what is left at which fare. */
export function OfferCard({ offer, journey }: { offer: Offer; journey: Journey }) {
  const { nameOf } = useRailWords();
  const open = isBookable(offer);
  const closed = !offer.bookable && offer.classes.some((seatClass) => seatClass.left > 0);
  return (
    <Link
      to={trainPath(offer.train_no, journey)}
      className={`${styles.card} ${open ? "" : styles.closed}`}
    >
      <JourneyLine
        code={offer.train_code}
        from={offer.from}
        to={offer.to}
        departAt={offer.depart_at}
        arriveAt={offer.arrive_at}
      />
      {closed ? (
        <span className={styles.reason}>{offer.reason}</span>
      ) : (
        <span className={styles.classes}>
          {offer.classes.map((seatClass) => (
            <span key={seatClass.class_code} className={styles.seatClass}>
              <span className={styles.name}>{nameOf(seatClass)}</span>
              <span className={styles.fare}>
                <Money fen={seatClass.fare_fen} />
                <SeatsLeft left={seatClass.left} />
              </span>
            </span>
          ))}
        </span>
      )}
    </Link>
  );
}
