import { useTranslation } from "react-i18next";
import type { Order } from "@/api/types";
import { ListCard } from "@/components/ListCard";
import { Money } from "@/components/Money";
import { useTimeWords } from "@/components/time";
import styles from "./OrderFacts.module.css";

/** What one is asked for on the telephone: number, time, sum. */
export function OrderFacts({ order }: { order: Order }) {
  const { t } = useTranslation("rail");
  const { full } = useTimeWords();
  return (
    <ListCard>
      <dl className={styles.facts}>
        <div>
          <dt>{t("order.total")}</dt>
          <dd>
            <Money fen={order.total_fen} />
          </dd>
        </div>
        <div>
          <dt>{t("order.number")}</dt>
          <dd>{order.order_no}</dd>
        </div>
        <div>
          <dt>{t("order.placedAt")}</dt>
          <dd>{full(order.created_at)}</dd>
        </div>
      </dl>
    </ListCard>
  );
}
