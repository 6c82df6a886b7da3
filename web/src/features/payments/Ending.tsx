import { useTranslation } from "react-i18next";
import type { Cashier } from "@/api/types";
import { LinkButton } from "@/components/LinkButton";
import { TradeOutcome } from "./TradeOutcome";

interface Props {
  kind: "paid" | "closed" | "expired";
  cashier: Cashier;
  next: string;
}

const MARKS = { paid: "done", closed: "failed", expired: "waiting" } as const;

/** A trade that can't be paid any more, the happiest reason being that it is paid. */
export function Ending({ kind, cashier, next }: Props) {
  const { t } = useTranslation("payments");
  // A card that was refused before has nothing to do with how it ended.
  const about = cashier.card_payment?.status === "failed" ? null : cashier.card_payment?.note;
  const toTicket = next.startsWith("/tickets");
  const toMerchant = next.startsWith("/pay/");
  return (
    <TradeOutcome
      title={t(`${kind}.title`)}
      mark={MARKS[kind]}
      text={about ?? t(kind === "paid" && cashier.signs?.signed ? "signs.done" : `${kind}.text`)}
      trade={cashier}
      back={next}
      footer={
        <>
          <LinkButton block size="large" to={next} replace>
            {kind === "paid" && toTicket
              ? t("showTicket")
              : toTicket
                ? t("toOrder")
                : toMerchant
                  ? t("link.toMerchant")
                  : t("back")}
          </LinkButton>
          {next !== "/" && (
            <LinkButton block kind="quiet" to="/" replace>
              {t("toWallet")}
            </LinkButton>
          )}
        </>
      }
    />
  );
}
