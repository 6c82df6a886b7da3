import { useTranslation } from "react-i18next";
import { chinaDay } from "@/components/time";
import { Money } from "@/components/Money";
import type { Ticket } from "@/api/types";
import { useRailWords } from "../data/words";
import { dayWithWeekday } from "../model/dates";
import { seatNameOf } from "../model/seatName";
import { JourneyLine } from "../parts/JourneyLine";
import { TicketCode } from "./TicketCode";
import styles from "./TicketCard.module.css";

/** The ticket: its journey on the deep ground, the seat large, the code below the tear line. */
export function TicketCard({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("rail");
  const { language, english, seatShort } = useRailWords();
  return (
    <article className={`${styles.ticket} ${ticket.status === "valid" ? "" : styles.over}`}>
      <header className={styles.journey}>
        <p className={styles.day}>
          <span>{dayWithWeekday(chinaDay(ticket.depart_at), language)}</span>
          <span className={styles.state}>{t(`ticket.state.${ticket.status}`)}</span>
        </p>
        <JourneyLine
          tone="inverse"
          code={ticket.train_code}
          from={ticket.from}
          to={ticket.to}
          departAt={ticket.depart_at}
          arriveAt={ticket.arrive_at}
        />
        <Waves />
      </header>
      <dl className={styles.seat}>
        <Fact name={t("ticket.coach")} value={ticket.coach} />
        <Fact name={t(seatNameOf(ticket.seat).level ? "ticket.berth" : "ticket.seat")} value={seatShort(ticket.seat)} />
        <Fact
          name={t("ticket.gate")}
          value={ticket.check_gate ?? t("ticket.gateLater")}
          soft={!ticket.check_gate}
        />
      </dl>
      <dl className={styles.person}>
        <div>
          <dt className="visually-hidden">{t("ticket.passenger")}</dt>
          <dd className={styles.name}>{ticket.passenger_name}</dd>
          <dd className={styles.small}>{ticket.identity_masked}</dd>
        </div>
        <div className={styles.fare}>
          <dt className="visually-hidden">{t("ticket.fare")}</dt>
          <dd>
            <Money fen={ticket.fare_fen} />
          </dd>
          <dd className={styles.small}>{english ? ticket.class_name_en : ticket.class_name}</dd>
        </div>
      </dl>
      <div className={styles.tear} aria-hidden="true" />
      <TicketCode ticket={ticket} />
      <p className={styles.number}>{t("ticket.orderNo", { number: ticket.order_no })}</p>
    </article>
  );
}

function Fact({ name, value, soft }: { name: string; value: string; soft?: boolean }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={soft ? styles.soft : undefined}>{value}</dd>
    </div>
  );
}

function Waves() {
  return (
    <svg className={styles.waves} viewBox="0 0 360 60" preserveAspectRatio="none" aria-hidden="true">
      <path d="M0 34c60 0 60-20 120-20s60 20 120 20 60-20 120-20v46H0z" fill="#fff" opacity=".07" />
      <path d="M0 46c60 0 60-16 120-16s60 16 120 16 60-16 120-16v30H0z" fill="#fff" opacity=".08" />
    </svg>
  );
}
