import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useSession } from "@/api/session";
import { Icon } from "@/components/Icon";
import { chinaDay, useTimeWords } from "@/components/time";
import { ordersQuery } from "./data/queries";
import { useNow } from "./data/useNow";
import { useRailWords } from "./data/words";
import { dayAndMonth, daysBetween } from "./model/dates";
import { nextTrip } from "./model/orders";
import { useKeepUpcoming } from "./offline/useTicketKeeping";
import styles from "./UpcomingTrip.module.css";

/** The next trip as a strip that leads to its ticket; nothing when there is none. */
export function UpcomingTrip() {
  const { t } = useTranslation("rail");
  const { nameOf, seat, language } = useRailWords();
  const { time } = useTimeWords();
  const signedIn = Boolean(useSession().data?.person);
  const orders = useQuery({ ...ordersQuery, enabled: signedIn });
  const now = useNow(30_000);
  useKeepUpcoming(orders.data ?? [], now);
  const trip = signedIn ? nextTrip(orders.data ?? [], now) : undefined;
  const first = trip?.seats[0];
  if (!trip || !first) return null;
  const days = daysBetween(chinaDay(now), trip.date);
  const day = days === 0 ? t("today") : days === 1 ? t("tomorrow") : dayAndMonth(trip.date, language);
  const to =
    trip.seats.length === 1 && first.ticket_id
      ? `/tickets/e/${first.ticket_id}`
      : `/tickets/orders/${trip.order_id}`;
  return (
    <Link to={to} className={styles.trip}>
      <span className={styles.head}>
        <Icon name="train" size={18} />
        {t("upcoming.title")}
      </span>
      <span className={styles.route}>
        {nameOf(trip.from)} <span aria-hidden="true">→</span>
        <span className="visually-hidden">{t("upcoming.to")}</span> {nameOf(trip.to)}
      </span>
      <span className={styles.facts}>
        {[
          `${day} ${time(trip.depart_at)}`,
          trip.train_code,
          trip.seats.length === 1
            ? `${t("seat.coach", { coach: first.coach })} ${seat(first.seat)}`
            : t("upcoming.passengers", { count: trip.seats.length }),
        ].join(" · ")}
      </span>
      <span className={styles.chevron}>
        <Icon name="forward" size={18} />
      </span>
    </Link>
  );
}
