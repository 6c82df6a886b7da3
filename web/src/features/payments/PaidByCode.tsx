import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { PaidByCode as Paid } from "@/api/types";
import { LinkButton } from "@/components/LinkButton";
import { SubmitButton } from "@/components/SubmitButton";
import { TradeOutcome } from "./TradeOutcome";

interface Props {
  paid: Paid;
  onAgain: () => Promise<void>;
  /** What asks for the pay password once more. */
  children?: ReactNode;
}

/** The merchant took the code: how much went to whom, and on to the bill. */
export function PaidByCode({ paid, onAgain, children }: Props) {
  const { t } = useTranslation("payments");
  return (
    <TradeOutcome
      title={t(paid.frozen ? "code.frozen" : "paid.title")}
      mark="done"
      text={t(paid.frozen ? "code.frozenFor" : "code.paidTo", { merchant: paid.merchant_name })}
      trade={paid}
      back="/"
      footer={
        <>
          <LinkButton block size="large" to="/" replace>
            {t("toWallet")}
          </LinkButton>
          <SubmitButton kind="quiet" onClick={onAgain}>
            {t("code.again")}
          </SubmitButton>
        </>
      }
    >
      {children}
    </TradeOutcome>
  );
}
