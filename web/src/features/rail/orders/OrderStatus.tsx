import { useTranslation } from "react-i18next";
import type { Order } from "@/api/types";
import { Countdown, useSecondsUntil } from "@/components/Countdown";
import { Icon } from "@/components/Icon";
import { Money } from "@/components/Money";
import type { OrderStage } from "../model/orders";
import { LOOK_OF } from "./stageLooks";
import styles from "./OrderStatus.module.css";

interface Props {
  order: Order;
  stage: OrderStage;
  /** The time to pay is over. */
  onDeadline: () => void;
}

/** Where the order stands, in a word and a sentence; while it is unpaid, how long is left. */
export function OrderStatus({ order, stage, onDeadline }: Props) {
  const { t } = useTranslation("rail");
  const look = LOOK_OF[stage];
  const waiting = stage === "unpaid" || stage === "preparing";
  return (
    <section className={`${styles.status} ${styles[look.tone]}`} aria-label={t("order.status")}>
      <span className={styles.icon}>
        <Icon name={look.icon} size={26} />
      </span>
      <div className={styles.words} role="status">
        <h2 className={styles.title}>{t(`stage.${stage}.title`)}</h2>
        <p className={styles.text}>{t(`stage.${stage}.text`)}</p>
      </div>
      {waiting && (
        <p className={styles.deadline}>
          <span>
            {t("order.toPay")} <Money fen={order.total_fen} size="l" />
          </span>
          <span className={styles.left}>
            <span>{t("order.timeLeft")}</span>
            <Countdown until={order.pay_before} onEnd={onDeadline} />
          </span>
          <MinutesLeft until={order.pay_before} />
        </p>
      )}
    </section>
  );
}

/** Says the time left once a minute, for those who can't see the clock run. */
function MinutesLeft({ until }: { until: string }) {
  const { t } = useTranslation("rail");
  const minutes = Math.ceil(useSecondsUntil(until) / 60);
  return (
    <span className="visually-hidden" aria-live="polite">
      {t("order.minutesLeft", { count: minutes })}
    </span>
  );
}
