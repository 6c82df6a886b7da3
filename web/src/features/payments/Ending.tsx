import { useTranslation } from "react-i18next";
import type { Cashier } from "@/api/types";
import { LinkButton } from "@/components/LinkButton";
import { Money } from "@/components/Money";
import { PageShell } from "@/components/PageShell";
import { ResultMark } from "@/components/ResultMark";
import { useTimeWords } from "@/components/time";
import styles from "./payments.module.css";

interface Props {
  kind: "paid" | "closed" | "expired";
  cashier: Cashier;
  next: string;
}

const MARKS = { paid: "done", closed: "failed", expired: "waiting" } as const;

/** A trade that can't be paid any more, the happiest reason being that it is paid. */
export function Ending({ kind, cashier, next }: Props) {
  const { t } = useTranslation("payments");
  const words = useTimeWords();
  // A card that was refused before has nothing to do with how it ended.
  const about = cashier.card_payment?.status === "failed" ? null : cashier.card_payment?.note;
  const toTicket = next.startsWith("/tickets");
  return (
    <PageShell
      title={t(`${kind}.title`)}
      quietTitle
      back={next}
      backAlways
      footer={
        <div className={styles.buttons}>
          <LinkButton block size="large" to={next} replace>
            {kind === "paid" && toTicket ? t("showTicket") : toTicket ? t("toOrder") : t("back")}
          </LinkButton>
          {next !== "/" && (
            <LinkButton block kind="quiet" to="/" replace>
              {t("toWallet")}
            </LinkButton>
          )}
        </div>
      }
    >
      <div className={styles.ending} role="status">
        <ResultMark kind={MARKS[kind]} />
        <p className={styles.endingTitle}>{t(`${kind}.title`)}</p>
        <Money fen={cashier.amount_fen} size="xl" />
        <p className={styles.endingText}>{about ?? t(`${kind}.text`)}</p>
      </div>
      <dl className={`${styles.facts} ${styles.factsCard}`}>
        <dt>{t("merchant")}</dt>
        <dd>{cashier.merchant_name}</dd>
        <dt>{t("subject")}</dt>
        <dd>{cashier.subject}</dd>
        {cashier.paid_at && (
          <>
            <dt>{t("paidAt")}</dt>
            <dd className="tabular">{words.full(cashier.paid_at)}</dd>
          </>
        )}
        <dt>{t("tradeNo")}</dt>
        <dd className={styles.id}>{cashier.trade_no}</dd>
      </dl>
    </PageShell>
  );
}
