import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import type { Order } from "@/api/types";
import { LinkButton } from "@/components/LinkButton";
import { PageError } from "@/components/PageError";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { SubmitButton } from "@/components/SubmitButton";
import { withNext } from "@/components/next";
import { useNow } from "../data/useNow";
import { useOrder } from "../data/useOrder";
import { useRailWords } from "../data/words";
import { dayWithWeekday } from "../model/dates";
import { stageOf } from "../model/orders";
import { useKeepUpcoming } from "../offline/useTicketKeeping";
import { JourneyCard } from "../parts/JourneyCard";
import { CancelOrder } from "./CancelOrder";
import { OrderFacts } from "./OrderFacts";
import { OrderSeats } from "./OrderSeats";
import { OrderStatus } from "./OrderStatus";
import styles from "./OrderPage.module.css";

/** One order from the hold to the tickets; looks again by itself until it is settled. */
export function OrderPage() {
  const { t } = useTranslation("rail");
  const { orderId = "" } = useParams();
  const order = useOrder(orderId);
  if (order.data) return <OrderShown order={order.data} onLook={order.refetch} />;
  return (
    <PageShell title={t("order.title")} back="/tickets/orders">
      {order.isError ? (
        <PageError error={order.error} onRetry={() => order.refetch()} home="/tickets/orders" />
      ) : (
        <>
          <Skeletons height={120} />
          <Skeletons height={132} />
          <Skeletons lines={2} />
        </>
      )}
    </PageShell>
  );
}

function OrderShown({ order, onLook }: { order: Order; onLook: () => Promise<unknown> }) {
  const { t } = useTranslation("rail");
  const { language } = useRailWords();
  const [cancelling, setCancelling] = useState(false);
  const now = useNow(1_000);
  useKeepUpcoming([order], now);
  const stage = stageOf(order, now);
  const cancellable = stage === "unpaid" || stage === "preparing";
  const ticketId = order.seats[0]?.ticket_id;
  const here = `/tickets/orders/${order.order_id}`;
  return (
    <PageShell
      title={t("order.title")}
      back="/tickets/orders"
      backAlways
      footer={
        cancellable ? (
          <div className={styles.actions}>
            <SubmitButton
              kind="outline"
              block={false}
              onClick={() => Promise.resolve(setCancelling(true))}
            >
              {t("order.cancel")}
            </SubmitButton>
            {stage === "unpaid" ? (
              <LinkButton to={withNext(`/cashier/${order.trade_no}`, here)} size="large" block>
                {t("order.pay")}
              </LinkButton>
            ) : (
              <SubmitButton busy disabled>
                {t("order.preparing")}
              </SubmitButton>
            )}
          </div>
        ) : (
          stage === "issued" &&
          ticketId && (
            <LinkButton to={`/tickets/e/${ticketId}`} size="large" block>
              {t("order.showTicket", { count: order.seats.length })}
            </LinkButton>
          )
        )
      }
    >
      <OrderStatus order={order} stage={stage} onDeadline={() => void onLook()} />
      <JourneyCard
        heading={dayWithWeekday(order.date, language)}
        code={order.train_code}
        from={order.from}
        to={order.to}
        departAt={order.depart_at}
        arriveAt={order.arrive_at}
      />
      <OrderSeats order={order} />
      <OrderFacts order={order} />
      <CancelOrder
        order={order}
        open={cancelling && cancellable}
        onClose={() => {
          setCancelling(false);
        }}
      />
    </PageShell>
  );
}
