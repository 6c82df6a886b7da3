import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Agreement } from "@/api/types";
import { Confirm } from "@/components/Confirm";
import { EmptyState } from "@/components/EmptyState";
import { ErrorNote } from "@/components/ErrorNote";
import { ListCard, ListRow } from "@/components/ListCard";
import { yuan } from "@/components/money";
import { notify } from "@/components/notify";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { useDays } from "./days";
import { agreementsQuery, endAgreement } from "./queries";
import styles from "./agreements.module.css";

/** Which merchants may take money by themselves; each can be ended from here. */
export function AgreementsPage() {
  const { t } = useTranslation("agreements");
  const agreements = useQuery(agreementsQuery);
  const client = useQueryClient();
  const [ending, setEnding] = useState<Agreement | null>(null);
  const end = async () => {
    if (ending === null) return;
    await endAgreement(ending.agreement_no);
    await client.invalidateQueries({ queryKey: agreementsQuery.queryKey });
    notify(t("endDone"));
  };
  return (
    <PageShell title={t("list")} back="/me">
      {agreements.isPending && <Skeletons lines={3} />}
      {agreements.isError && <ErrorNote error={agreements.error} onRetry={() => agreements.refetch()} />}
      {agreements.data?.length === 0 && <EmptyState drawing="cards" title={t("none")} text={t("noneText")} />}
      {agreements.data && agreements.data.length > 0 && (
        <ListCard>
          <ul>
            {agreements.data.map((agreement) => (
              <li key={agreement.agreement_no}>
                <Row
                  agreement={agreement}
                  onEnd={() => {
                    setEnding(agreement);
                  }}
                />
              </li>
            ))}
          </ul>
        </ListCard>
      )}
      <Confirm
        open={ending !== null}
        title={t("endQuestion", { merchant: ending?.merchant_name ?? "" })}
        text={t("endText")}
        yes={t("endYes")}
        danger
        onYes={end}
        onClose={() => {
          setEnding(null);
        }}
      />
    </PageShell>
  );
}

function Row({ agreement, onEnd }: { agreement: Agreement; onEnd: () => void }) {
  const { t } = useTranslation("agreements");
  const day = useDays(true);
  const { merchant_name, plan, next_on, payments, paid_fen } = agreement;
  return (
    <ListRow
      icon="refund"
      title={merchant_name}
      text={
        <>
          {plan && t("upTo", { amount: yuan(plan.single_fen) })}
          {next_on && ` · ${t("next", { day: day(next_on) })}`}
          {plan && <br />}
          {t("taken", { count: payments, amount: yuan(paid_fen) })}
        </>
      }
      value={
        <button type="button" className={styles.end} onClick={onEnd} aria-label={t("endOne", { merchant: merchant_name })}>
          {t("end")}
        </button>
      }
    />
  );
}
