import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Order } from "@/api/types";
import { Icon } from "@/components/Icon";
import { ListCard } from "@/components/ListCard";
import { Money } from "@/components/Money";
import { useRailWords } from "../data/words";
import type { OrderSeat } from "../model/types";
import styles from "./OrderSeats.module.css";

/** Who sits where, at what fare; once they are issued, each leads to its ticket. */
export function OrderSeats({ order }: { order: Order }) {
  const { t } = useTranslation("rail");
  return (
    <ListCard title={t("order.passengers")}>
      <ul className={styles.seats}>
        {order.seats.map((seat) => (
          <li key={seat.passenger_id}>
            <SeatRow order={order} seat={seat} />
          </li>
        ))}
      </ul>
    </ListCard>
  );
}

function SeatRow({ order, seat }: { order: Order; seat: OrderSeat }) {
  const { t } = useTranslation("rail");
  const words = useRailWords();
  const className = words.english ? order.class_name_en : order.class_name;
  const inside = (
    <>
      <span className={styles.words}>
        <span className={styles.name}>{seat.name}</span>
        <span className={styles.small}>{seat.identity_masked}</span>
      </span>
      <span className={styles.place}>
        <span className={styles.seat}>
          {t("seat.coach", { coach: seat.coach })} {words.seat(seat.seat)}
        </span>
        <span className={styles.small}>
          {className} <Money fen={seat.fare_fen} size="s" />
        </span>
      </span>
    </>
  );
  if (!seat.ticket_id || order.status !== "issued") {
    return <div className={styles.row}>{inside}</div>;
  }
  return (
    <Link to={`/tickets/e/${seat.ticket_id}`} className={`${styles.row} ${styles.link}`}>
      {inside}
      <span className={styles.ticket}>
        {t("order.ticket")}
        <Icon name="forward" size={14} />
      </span>
    </Link>
  );
}
