import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { withdrawalQuery } from "./queries";
import { Onwards, ResultPage } from "./ResultPage";

/** What became of a withdrawal; watches it while the bank hasn't answered. */
export function WithdrawResultPage() {
  const { t } = useTranslation("wallet");
  const { withdrawalId = "" } = useParams();
  return (
    <ResultPage
      title={t("withdraw")}
      moved={useQuery(withdrawalQuery(withdrawalId))}
      heading={({ status }) => t(`withdrawResult.${status}`)}
      texts={({ note, card }) => [
        note ?? t("withdrawResult.succeededText", { bank: card.bank_name, last4: card.last4 }),
      ]}
      onwards={({ status }) => <Onwards again={status === "failed" && "/withdraw"} />}
    />
  );
}
