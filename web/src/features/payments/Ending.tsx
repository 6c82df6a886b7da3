import { Button } from "antd-mobile";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { Cashier } from "@/api/types";
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
  const navigate = useNavigate();
  const words = useTimeWords();
  const toTicket = next.startsWith("/tickets");
  const leave = (to: string) => () => void navigate(to, { replace: true });
  return (
    <PageShell
      title={t(`${kind}.title`)}
      quietTitle
      back={next}
      backAlways
      footer={
        <div className={styles.buttons}>
          <Button block color="primary" size="large" onClick={leave(next)}>
            {kind === "paid" && toTicket ? t("showTicket") : toTicket ? t("toOrder") : t("back")}
          </Button>
          {next !== "/" && (
            <Button block fill="none" color="primary" onClick={leave("/")}>
              {t("toWallet")}
            </Button>
          )}
        </div>
      }
    >
      <div className={styles.ending} role="status">
        <ResultMark kind={MARKS[kind]} />
        <p className={styles.endingTitle}>{t(`${kind}.title`)}</p>
        <Money fen={cashier.amount_fen} size="xl" />
        <p className={styles.endingText}>{t(`${kind}.text`)}</p>
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
        <dd className="tabular">{cashier.trade_no}</dd>
      </dl>
    </PageShell>
  );
}
