import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import type { Cashier } from "@/api/types";
import { useSecondsUntil } from "@/components/Countdown";
import { safeNext } from "@/components/next";
import { PageError } from "@/components/PageError";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { CardPending } from "./CardPending";
import { Checkout } from "./Checkout";
import { Ending } from "./Ending";
import { cashierQuery } from "./queries";

/** The cashier: pays a trade, whoever made it, and goes back to where `?next=` says. */
export function CashierPage() {
  const { t } = useTranslation("payments");
  const { tradeNo = "" } = useParams();
  const [search] = useSearchParams();
  const next = safeNext(search.get("next"), "/");
  const cashier = useQuery(cashierQuery(tradeNo));
  if (cashier.data) return <Trade cashier={cashier.data} next={next} />;
  return (
    <PageShell title={t("title")} back={next}>
      {cashier.isError ? (
        <PageError error={cashier.error} onRetry={() => cashier.refetch()} />
      ) : (
        <>
          <Skeletons height={160} />
          <Skeletons lines={2} />
        </>
      )}
    </PageShell>
  );
}

function Trade({ cashier, next }: { cashier: Cashier; next: string }) {
  const left = useSecondsUntil(cashier.expires_at);
  switch (cashier.status) {
    case "TRADE_SUCCESS":
    case "TRADE_FINISHED":
      return <Ending kind="paid" cashier={cashier} next={next} />;
    case "TRADE_CLOSED":
      return <Ending kind="closed" cashier={cashier} next={next} />;
    case "WAIT_BUYER_PAY":
      if (cashier.card_payment?.status === "pending") return <CardPending cashier={cashier} next={next} />;
      if (left === 0) return <Ending kind="expired" cashier={cashier} next={next} />;
      return <Checkout cashier={cashier} next={next} />;
  }
}
