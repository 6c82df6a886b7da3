import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import { safeNext, withNext } from "@/components/next";
import { topUpQuery } from "./queries";
import { Onwards, ResultPage } from "./ResultPage";

/** What became of a top-up; watches it while the bank hasn't answered. */
export function TopUpResultPage() {
  const { t } = useTranslation("wallet");
  const { topUpId = "" } = useParams();
  const [search] = useSearchParams();
  const asked = search.get("next");
  const next = safeNext(asked, "/");
  const again = asked ? withNext("/top-up", next) : "/top-up";
  return (
    <ResultPage
      title={t("topUp")}
      moved={useQuery(topUpQuery(topUpId))}
      heading={({ status }) => t(`topUpResult.${status}`)}
      texts={({ status, card, failure }) => [
        status === "failed" && failure
          ? failure.message
          : t(`topUpResult.${status}Text`, { bank: card.bank_name, last4: card.last4 }),
      ]}
      onwards={({ status }) => (
        <Onwards
          again={status === "failed" && again}
          next={next}
          nextLabel={asked ? t("topUpResult.goOn") : undefined}
        />
      )}
    />
  );
}
