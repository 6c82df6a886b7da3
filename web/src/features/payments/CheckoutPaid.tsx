import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Checkout } from "@/api/types";
import { LinkButton } from "@/components/LinkButton";
import { CheckoutOutcome } from "./CheckoutOutcome";

interface Props {
  checkout: Checkout;
  /** The phone that scanned a desktop's code stays: it is the desktop that goes back to the merchant. */
  scanned: boolean;
}

/** It is paid: back to the merchant's page, with what the platform signed. */
export function CheckoutPaid({ checkout, scanned }: Props) {
  const { t } = useTranslation("payments");
  const frozen = checkout.product === "auth";
  const back = scanned ? null : checkout.return_to;
  useEffect(() => {
    if (back) window.location.replace(back);
  }, [back]);
  return (
    <CheckoutOutcome
      title={t(frozen ? "code.frozen" : "paid.title")}
      mark="done"
      text={back ? t("link.returning") : frozen ? t("code.frozenFor", { merchant: checkout.merchant_name }) : t("paid.text")}
      checkout={checkout}
      footer={
        back ? (
          <a href={back} rel="noreferrer" className="adm-button adm-button-primary adm-button-block adm-button-large">
            {t("link.toMerchant")}
          </a>
        ) : (
          <LinkButton block size="large" to="/" replace>
            {t("toWallet")}
          </LinkButton>
        )
      }
    />
  );
}
