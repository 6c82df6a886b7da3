import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import type { TopUp } from "@/api/types";
import { LinkButton } from "@/components/LinkButton";
import { Money } from "@/components/Money";
import { safeNext, withNext } from "@/components/next";
import { PageError } from "@/components/PageError";
import { PageShell } from "@/components/PageShell";
import { ResultMark } from "@/components/ResultMark";
import { Skeletons } from "@/components/Skeletons";
import { topUpQuery, useMoneyMoved } from "./queries";
import styles from "./wallet.module.css";

const MARKS = { pending: "waiting", succeeded: "done", failed: "failed" } as const;

/** What became of a top-up; watches it while the bank hasn't answered. */
export function TopUpResultPage() {
  const { t } = useTranslation("wallet");
  const { topUpId = "" } = useParams();
  const topUp = useQuery(topUpQuery(topUpId));
  const moneyMoved = useMoneyMoved();
  const status = topUp.data?.status;
  useEffect(() => {
    if (status && status !== "pending") void moneyMoved();
    // Only when the status turns; the function itself is new each time.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [status]);
  return (
    <PageShell title={t("topUp")} back="/" backAlways footer={topUp.data && <Onwards topUp={topUp.data} />}>
      {topUp.isPending && <Skeletons lines={3} />}
      {topUp.isError && <PageError error={topUp.error} onRetry={() => topUp.refetch()} />}
      {topUp.data && <Outcome topUp={topUp.data} />}
    </PageShell>
  );
}

function Outcome({ topUp }: { topUp: TopUp }) {
  const { t } = useTranslation("wallet");
  const { status, amount_fen, card, failure } = topUp;
  return (
    <div className={styles.result} role="status">
      <ResultMark kind={MARKS[status]} />
      <h2 className={styles.resultTitle}>{t(`topUpResult.${status}`)}</h2>
      <Money fen={amount_fen} size="xl" />
      <p className={styles.resultText}>
        {status === "failed" && failure
          ? failure.message
          : t(`topUpResult.${status}Text`, { bank: card.bank_name, last4: card.last4 })}
      </p>
    </div>
  );
}

function Onwards({ topUp }: { topUp: TopUp }) {
  const { t } = useTranslation("wallet");
  const [search] = useSearchParams();
  const asked = search.get("next");
  const next = safeNext(asked, "/");
  const again = asked ? withNext("/top-up", next) : "/top-up";
  const failed = topUp.status === "failed";
  return (
    <div className={styles.form}>
      <LinkButton block size="large" to={failed ? again : next} replace>
        {failed ? t("topUpResult.again") : asked ? t("topUpResult.goOn") : t("topUpResult.toWallet")}
      </LinkButton>
      {failed && (
        <LinkButton block kind="quiet" to={next} replace>
          {asked ? t("topUpResult.goOn") : t("topUpResult.toWallet")}
        </LinkButton>
      )}
    </div>
  );
}
