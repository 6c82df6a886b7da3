import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Order } from "@/api/types";
import { Countdown } from "@/components/Countdown";
import { Money } from "@/components/Money";
import { useRailWords } from "../data/words";
import { dayWithWeekday } from "../model/dates";
import { stageOf } from "../model/orders";
import { JourneyLine } from "../parts/JourneyLine";
import { LOOK_OF } from "./stageLooks";
import styles from "./OrderCard.module.css";

/** One order of the list: the day, where it stands, the journey, for whom and how much. */
export function OrderCard({ order, now }: { order: Order; now: number }) {
  const { t } = useTranslation("rail");
  const { language } = useRailWords();
  const stage = stageOf(order, now);
  const waiting = stage === "unpaid" || stage === "preparing";
  return (
    <Link to={`/tickets/orders/${order.order_id}`} className={styles.card}>
      <span className={styles.head}>
        <span>{dayWithWeekday(order.date, language)}</span>
        <span className={`${styles.stage} ${styles[LOOK_OF[stage].tone]}`}>
          {t(`stage.${stage}.title`)}
          {waiting && (
            <>
              {" "}
              <Countdown until={order.pay_before} />
            </>
          )}
        </span>
      </span>
      <JourneyLine
        code={order.train_code}
        from={order.from}
        to={order.to}
        departAt={order.depart_at}
        arriveAt={order.arrive_at}
      />
      <span className={styles.foot}>
        <span className={styles.names}>{order.seats.map((seat) => seat.name).join(" · ")}</span>
        <Money fen={order.total_fen} />
      </span>
    </Link>
  );
}
