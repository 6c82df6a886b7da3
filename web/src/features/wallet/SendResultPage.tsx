import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { transferQuery } from "./queries";
import { Onwards, ResultPage } from "./ResultPage";

/** What became of money that was sent; watches it in the moment before it arrives. */
export function SendResultPage() {
  const { t } = useTranslation("wallet");
  const { transferId = "" } = useParams();
  return (
    <ResultPage
      title={t("send.title")}
      moved={useQuery(transferQuery(transferId))}
      heading={({ status }) => t(`send.${status}`)}
      texts={({ status, payee_name, note }) => [t(`send.${status}Text`, { name: payee_name }), note]}
      onwards={() => <Onwards />}
    />
  );
}
