import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { PaidByCode as Paid } from "@/api/types";
import { LinkButton } from "@/components/LinkButton";
import { Money } from "@/components/Money";
import { PageShell } from "@/components/PageShell";
import { ResultMark } from "@/components/ResultMark";
import { SubmitButton } from "@/components/SubmitButton";
import { useTimeWords } from "@/components/time";
import styles from "./payments.module.css";

interface Props {
  paid: Paid;
  onAgain: () => Promise<void>;
  /** What asks for the pay password once more. */
  children: ReactNode;
}

/** The merchant took the code: how much went to whom, and on to the bill. */
export function PaidByCode({ paid, onAgain, children }: Props) {
  const { t } = useTranslation("payments");
  const words = useTimeWords();
  return (
    <PageShell
      title={t("paid.title")}
      quietTitle
      back="/"
      backAlways
      footer={
        <div className={styles.buttons}>
          <LinkButton block size="large" to="/" replace>
            {t("toWallet")}
          </LinkButton>
          <SubmitButton kind="quiet" onClick={onAgain}>
            {t("code.again")}
          </SubmitButton>
        </div>
      }
    >
      <div className={styles.ending} role="status">
        <ResultMark kind="done" />
        <p className={styles.endingTitle}>{t("paid.title")}</p>
        <Money fen={paid.amount_fen} size="xl" />
        <p className={styles.endingText}>{t("code.paidTo", { merchant: paid.merchant_name })}</p>
      </div>
      <dl className={`${styles.facts} ${styles.factsCard}`}>
        <dt>{t("merchant")}</dt>
        <dd>{paid.merchant_name}</dd>
        <dt>{t("subject")}</dt>
        <dd>{paid.subject}</dd>
        <dt>{t("paidAt")}</dt>
        <dd className="tabular">{words.full(paid.paid_at)}</dd>
        <dt>{t("tradeNo")}</dt>
        <dd className={styles.id}>{paid.trade_no}</dd>
      </dl>
      {children}
    </PageShell>
  );
}
