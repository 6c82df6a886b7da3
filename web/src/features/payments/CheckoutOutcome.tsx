import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Checkout } from "@/api/types";
import { Money } from "@/components/Money";
import { PageShell } from "@/components/PageShell";
import { ResultMark } from "@/components/ResultMark";
import styles from "./payments.module.css";

interface Props {
  title: string;
  mark: "done" | "failed";
  text: string;
  checkout: Checkout;
  footer: ReactNode;
}

/** How a merchant's order ended, for a screen on which perhaps nobody is signed in. */
export function CheckoutOutcome({ title, mark, text, checkout, footer }: Props) {
  const { t } = useTranslation("payments");
  return (
    <PageShell title={title} quietTitle footer={<div className={styles.buttons}>{footer}</div>}>
      <div className={styles.ending} role="status">
        <ResultMark kind={mark} />
        <p className={styles.endingTitle}>{title}</p>
        <Money fen={checkout.amount_fen} size="xl" />
        <p className={styles.endingText}>{text}</p>
      </div>
      <dl className={`${styles.facts} ${styles.factsCard}`}>
        <dt>{t("merchant")}</dt>
        <dd>{checkout.merchant_name}</dd>
        <dt>{t("subject")}</dt>
        <dd>{checkout.subject}</dd>
      </dl>
    </PageShell>
  );
}
