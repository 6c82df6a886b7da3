import { useTranslation } from "react-i18next";
import type { Cashier } from "@/api/types";
import { LinkButton } from "@/components/LinkButton";
import { Money } from "@/components/Money";
import { PageShell } from "@/components/PageShell";
import { ResultMark } from "@/components/ResultMark";
import styles from "./payments.module.css";

/** A card payment that its bank hasn't answered: what to expect, and nothing to pay again. */
export function CardPending({ cashier, next }: { cashier: Cashier; next: string }) {
  const { t } = useTranslation("payments");
  const payment = cashier.card_payment;
  return (
    <PageShell
      title={t("cardPending.title")}
      quietTitle
      back={next}
      backAlways
      footer={
        <LinkButton block size="large" to={next} replace>
          {t("back")}
        </LinkButton>
      }
    >
      <div className={styles.ending} role="status">
        <ResultMark kind="waiting" />
        <p className={styles.endingTitle}>{t("cardPending.title")}</p>
        <Money fen={cashier.amount_fen} size="xl" />
        <p className={styles.endingText}>{payment?.note}</p>
      </div>
      <dl className={`${styles.facts} ${styles.factsCard}`}>
        <dt>{t("merchant")}</dt>
        <dd>{cashier.merchant_name}</dd>
        <dt>{t("subject")}</dt>
        <dd>{cashier.subject}</dd>
        <dt>{t("payWith")}</dt>
        <dd>{payment?.label}</dd>
        <dt>{t("tradeNo")}</dt>
        <dd className={styles.id}>{cashier.trade_no}</dd>
      </dl>
    </PageShell>
  );
}
