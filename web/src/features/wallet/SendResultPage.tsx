import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { LinkButton } from "@/components/LinkButton";
import { Money } from "@/components/Money";
import { PageError } from "@/components/PageError";
import { PageShell } from "@/components/PageShell";
import { ResultMark } from "@/components/ResultMark";
import { Skeletons } from "@/components/Skeletons";
import { transferQuery } from "./queries";
import styles from "./wallet.module.css";

/** What became of money that was sent; watches it in the moment before it arrives. */
export function SendResultPage() {
  const { t } = useTranslation("wallet");
  const { transferId = "" } = useParams();
  const sent = useQuery(transferQuery(transferId));
  const home = (
    <LinkButton block size="large" to="/" replace>
      {t("topUpResult.toWallet")}
    </LinkButton>
  );
  return (
    <PageShell title={t("send.title")} back="/" backAlways footer={sent.data && home}>
      {sent.isPending && <Skeletons lines={3} />}
      {sent.isError && <PageError error={sent.error} onRetry={() => sent.refetch()} />}
      {sent.data && (
        <div className={styles.result} role="status">
          <ResultMark kind={sent.data.status === "arrived" ? "done" : "waiting"} />
          <h2 className={styles.resultTitle}>{t(`send.${sent.data.status}`)}</h2>
          <Money fen={sent.data.amount_fen} size="xl" />
          <p className={styles.resultText}>{t(`send.${sent.data.status}Text`, { name: sent.data.payee_name })}</p>
          {sent.data.note && <p className={styles.resultText}>{sent.data.note}</p>}
        </div>
      )}
    </PageShell>
  );
}
