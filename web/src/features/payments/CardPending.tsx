import { useTranslation } from "react-i18next";
import type { Cashier } from "@/api/types";
import { LinkButton } from "@/components/LinkButton";
import { TradeOutcome } from "./TradeOutcome";

/** A card payment that its bank hasn't answered: what to expect, and nothing to pay again. */
export function CardPending({ cashier, next }: { cashier: Cashier; next: string }) {
  const { t } = useTranslation("payments");
  return (
    <TradeOutcome
      title={t("cardPending.title")}
      mark="waiting"
      text={cashier.card_payment?.note}
      trade={cashier}
      payWith={cashier.card_payment?.label}
      back={next}
      footer={
        <LinkButton block size="large" to={next} replace>
          {t("back")}
        </LinkButton>
      }
    />
  );
}
