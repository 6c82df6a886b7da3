import { useTranslation } from "react-i18next";
import type { Checkout } from "@/api/types";
import { LinkButton } from "@/components/LinkButton";
import { CheckoutOutcome } from "./CheckoutOutcome";

/** Nobody can pay it any more. */
export function CheckoutOver({ checkout }: { checkout: Checkout }) {
  const { t } = useTranslation("payments");
  return (
    <CheckoutOutcome
      title={t("closed.title")}
      mark="failed"
      text={t("link.over")}
      checkout={checkout}
      footer={
        <LinkButton block size="large" to="/" replace>
          {t("toWallet")}
        </LinkButton>
      }
    />
  );
}
