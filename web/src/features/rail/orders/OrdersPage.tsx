import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Order } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { ErrorNote } from "@/components/ErrorNote";
import { LinkButton } from "@/components/LinkButton";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { ordersQuery } from "../data/queries";
import { useNow } from "../data/useNow";
import { groupedOrders } from "../model/orders";
import { OrderCard } from "./OrderCard";
import styles from "./OrdersPage.module.css";

const GROUPS = ["unpaid", "upcoming", "past"] as const;

/** Everything that was ordered: what waits for money, what lies ahead, what is over. */
export function OrdersPage() {
  const { t } = useTranslation("rail");
  const orders = useQuery({
    ...ordersQuery,
    refetchOnMount: "always",
    refetchInterval: 10_000,
  });
  return (
    <PageShell title={t("orders.title")} back="/tickets">
      {orders.isError && <ErrorNote error={orders.error} onRetry={() => orders.refetch()} />}
      {orders.isPending && (
        <>
          <Skeletons height={140} />
          <Skeletons height={140} />
        </>
      )}
      {orders.data && <Groups orders={orders.data} />}
    </PageShell>
  );
}

function Groups({ orders }: { orders: Order[] }) {
  const { t } = useTranslation("rail");
  const now = useNow(1_000);
  const groups = groupedOrders(orders, now);
  if (orders.length === 0) {
    return (
      <EmptyState
        drawing="station"
        title={t("orders.emptyTitle")}
        text={t("orders.emptyText")}
        action={
          <LinkButton to="/tickets">{t("orders.emptyGo")}</LinkButton>
        }
      />
    );
  }
  return GROUPS.filter((name) => groups[name].length > 0).map((name) => (
    <section key={name} aria-labelledby={`orders-${name}`} className={styles.group}>
      <h2 id={`orders-${name}`} className={styles.heading}>
        {t(`orders.${name}`)}
      </h2>
      <ul className={styles.list}>
        {groups[name].map((order) => (
          <li key={order.order_id}>
            <OrderCard order={order} now={now} />
          </li>
        ))}
      </ul>
    </section>
  ));
}
