import type { UseQueryResult } from "@tanstack/react-query";
import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LinkButton } from "@/components/LinkButton";
import { Money } from "@/components/Money";
import { PageError } from "@/components/PageError";
import { PageShell } from "@/components/PageShell";
import { ResultMark } from "@/components/ResultMark";
import { Skeletons } from "@/components/Skeletons";
import { useMoneyMoved } from "./queries";
import styles from "./wallet.module.css";

/** How a status is drawn: the bank's answers, and those of money sent to somebody. */
const MARKS = { pending: "waiting", under_way: "waiting", succeeded: "done", arrived: "done", failed: "failed" } as const;

interface Movement {
  status: keyof typeof MARKS;
  amount_fen: number;
}

interface Props<Moved> {
  title: string;
  moved: UseQueryResult<Moved>;
  /** The status as a heading. */
  heading: (moved: Moved) => string;
  /** Sentences below the amount. */
  texts: (moved: Moved) => (string | null)[];
  onwards: (moved: Moved) => ReactNode;
}

/** What became of money that moves; balance and bills follow once that turns. */
export function ResultPage<Moved extends Movement>({ title, moved, heading, texts, onwards }: Props<Moved>) {
  const moneyMoved = useMoneyMoved();
  const mark = moved.data && MARKS[moved.data.status];
  useEffect(() => {
    if (mark && mark !== "waiting") void moneyMoved();
  }, [mark, moneyMoved]);
  return (
    <PageShell title={title} back="/" backAlways footer={moved.data && onwards(moved.data)}>
      {moved.isPending && <Skeletons lines={3} />}
      {moved.isError && <PageError error={moved.error} onRetry={() => moved.refetch()} />}
      {moved.data && mark && (
        <div className={styles.result} role="status">
          <ResultMark kind={mark} />
          <h2 className={styles.resultTitle}>{heading(moved.data)}</h2>
          <Money fen={moved.data.amount_fen} size="xl" />
          {texts(moved.data).map(
            (text) =>
              text && (
                <p key={text} className={styles.resultText}>
                  {text}
                </p>
              ),
          )}
        </div>
      )}
    </PageShell>
  );
}

interface OnwardsProps {
  /** Where a failed one is tried again. */
  again?: string | false;
  next?: string;
  nextLabel?: string;
}

/** Where to go from a result: on, after a failure once more or on. */
export function Onwards({ again, next = "/", nextLabel }: OnwardsProps) {
  const { t } = useTranslation("wallet");
  const on = nextLabel ?? t("topUpResult.toWallet");
  return (
    <div className={styles.form}>
      <LinkButton block size="large" to={again || next} replace>
        {again ? t("topUpResult.again") : on}
      </LinkButton>
      {again && (
        <LinkButton block kind="quiet" to={next} replace>
          {on}
        </LinkButton>
      )}
    </div>
  );
}
