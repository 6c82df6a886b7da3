import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import type { Withdrawal } from "@/api/types";
import { LinkButton } from "@/components/LinkButton";
import { Money } from "@/components/Money";
import { PageError } from "@/components/PageError";
import { PageShell } from "@/components/PageShell";
import { ResultMark } from "@/components/ResultMark";
import { Skeletons } from "@/components/Skeletons";
import { useMoneyMoved, withdrawalQuery } from "./queries";
import styles from "./wallet.module.css";

const MARKS = { pending: "waiting", succeeded: "done", failed: "failed" } as const;

/** What became of a withdrawal; watches it while the bank hasn't answered. */
export function WithdrawResultPage() {
  const { t } = useTranslation("wallet");
  const { withdrawalId = "" } = useParams();
  const withdrawal = useQuery(withdrawalQuery(withdrawalId));
  const moneyMoved = useMoneyMoved();
  const status = withdrawal.data?.status;
  useEffect(() => {
    if (status && status !== "pending") void moneyMoved();
    // Only when the status turns; the function itself is new each time.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [status]);
  return (
    <PageShell title={t("withdraw")} back="/" backAlways footer={withdrawal.data && <Onwards status={withdrawal.data.status} />}>
      {withdrawal.isPending && <Skeletons lines={3} />}
      {withdrawal.isError && <PageError error={withdrawal.error} onRetry={() => withdrawal.refetch()} />}
      {withdrawal.data && <Outcome withdrawal={withdrawal.data} />}
    </PageShell>
  );
}

function Outcome({ withdrawal }: { withdrawal: Withdrawal }) {
  const { t } = useTranslation("wallet");
  const { status, amount_fen, card, note } = withdrawal;
  return (
    <div className={styles.result} role="status">
      <ResultMark kind={MARKS[status]} />
      <h2 className={styles.resultTitle}>{t(`withdrawResult.${status}`)}</h2>
      <Money fen={amount_fen} size="xl" />
      <p className={styles.resultText}>
        {note ?? t("withdrawResult.succeededText", { bank: card.bank_name, last4: card.last4 })}
      </p>
    </div>
  );
}

function Onwards({ status }: { status: Withdrawal["status"] }) {
  const { t } = useTranslation("wallet");
  const failed = status === "failed";
  return (
    <div className={styles.form}>
      <LinkButton block size="large" to={failed ? "/withdraw" : "/"} replace>
        {failed ? t("topUpResult.again") : t("topUpResult.toWallet")}
      </LinkButton>
      {failed && (
        <LinkButton block kind="quiet" to="/" replace>
          {t("topUpResult.toWallet")}
        </LinkButton>
      )}
    </div>
  );
}
