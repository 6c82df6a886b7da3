import { Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Money } from "@/components/Money";
import { PageShell } from "@/components/PageShell";
import { ResultMark } from "@/components/ResultMark";
import { useTimeWords } from "@/components/time";
import styles from "./payments.module.css";

interface Props {
  title: string;
  mark: "done" | "waiting" | "failed";
  /** A sentence below the amount. */
  text: string | null | undefined;
  trade: { merchant_name: string; subject: string; amount_fen: number; trade_no: string; paid_at?: string | null };
  /** What pays it, where that is worth a line. */
  payWith?: string | undefined;
  back: string;
  /** Where to go from here. */
  footer: ReactNode;
  children?: ReactNode;
}

/** What has become of a trade: a mark, how much, why, and its facts. */
export function TradeOutcome({ title, mark, text, trade, payWith, back, footer, children }: Props) {
  const { t } = useTranslation("payments");
  const words = useTimeWords();
  const facts: [string, string | undefined, string?][] = [
    ["merchant", trade.merchant_name],
    ["subject", trade.subject],
    ["payWith", payWith],
    ["paidAt", trade.paid_at ? words.full(trade.paid_at) : undefined, "tabular"],
    ["tradeNo", trade.trade_no, styles.id],
  ];
  return (
    <PageShell title={title} quietTitle back={back} backAlways footer={<div className={styles.buttons}>{footer}</div>}>
      <div className={styles.ending} role="status">
        <ResultMark kind={mark} />
        <p className={styles.endingTitle}>{title}</p>
        <Money fen={trade.amount_fen} size="xl" />
        <p className={styles.endingText}>{text}</p>
      </div>
      <dl className={`${styles.facts} ${styles.factsCard}`}>
        {facts.map(
          ([name, value, look]) =>
            value !== undefined && (
              <Fragment key={name}>
                <dt>{t(name)}</dt>
                <dd className={look}>{value}</dd>
              </Fragment>
            ),
        )}
      </dl>
      {children}
    </PageShell>
  );
}
