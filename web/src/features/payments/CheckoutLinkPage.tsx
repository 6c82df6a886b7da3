import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useParams, useSearchParams } from "react-router";
import { useSession } from "@/api/session";
import type { Checkout } from "@/api/types";
import { useFailure } from "@/api/useFailure";
import { LinkButton } from "@/components/LinkButton";
import { withNext } from "@/components/next";
import { PageError } from "@/components/PageError";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { Authorize } from "./Authorize";
import { CheckoutOver } from "./CheckoutOver";
import { CheckoutPaid } from "./CheckoutPaid";
import { CheckoutSummary } from "./CheckoutSummary";
import { checkoutQuery, openedQuery } from "./queries";
import { ScanToPay } from "./ScanToPay";

const DESKTOP = "(min-width: 900px)";

/**
 * Where a merchant's page or QR code leads: a desktop shows a code to scan, a phone goes on to the
 * cashier. `?left` is on the way back from the cashier, which must not lead straight into it again.
 */
export function CheckoutLinkPage({ scanned = false }: { scanned?: boolean }) {
  const { t } = useTranslation("payments");
  const { token = "" } = useParams();
  const [search] = useSearchParams();
  const [desktop] = useState(() => window.matchMedia(DESKTOP).matches);
  const checkout = useQuery(checkoutQuery(token));
  const failure = useFailure(checkout);
  const here = `/${scanned ? "q" : "pay"}/${token}`;
  if (!checkout.data) {
    return (
      <PageShell title={t("title")}>
        {failure ? (
          <PageError error={failure} onRetry={() => checkout.refetch()} />
        ) : (
          <Skeletons height={240} />
        )}
      </PageShell>
    );
  }
  switch (checkout.data.status) {
    case "paid":
      return <CheckoutPaid checkout={checkout.data} scanned={scanned} />;
    case "closed":
    case "over":
      return <CheckoutOver checkout={checkout.data} />;
    case "waiting":
    case "opened":
      if (search.has("left")) return <Left checkout={checkout.data} here={here} />;
      if (desktop && !search.has("here")) return <ScanToPay checkout={checkout.data} here={here} />;
      if (checkout.data.product === "auth") return <Authorize checkout={checkout.data} token={token} here={here} />;
      return <Opening token={token} here={here} />;
  }
}

/** Makes whoever is signed in the buyer, and goes on to the cashier. */
function Opening({ token, here }: { token: string; here: string }) {
  const { t } = useTranslation("payments");
  const session = useSession();
  const person = session.data?.person;
  const opened = useQuery({ ...openedQuery(token), enabled: Boolean(person) });
  if (session.data && !person) return <Navigate to={withNext("/sign-in", `${here}?here`)} replace />;
  if (opened.data) return <Navigate to={withNext(`/cashier/${opened.data.trade_no}`, `${here}?left`)} replace />;
  const failed = opened.isError ? opened : session;
  return (
    <PageShell title={t("title")}>
      {failed.isError ? (
        <PageError error={failed.error} onRetry={() => failed.refetch()} />
      ) : (
        <Skeletons height={240} />
      )}
    </PageShell>
  );
}

/** Back from the cashier without having paid. */
function Left({ checkout, here }: { checkout: Checkout; here: string }) {
  const { t } = useTranslation("payments");
  return (
    <PageShell
      title={t("link.left")}
      footer={
        <LinkButton block size="large" to={`${here}?here`} replace>
          {t("link.continue")}
        </LinkButton>
      }
    >
      <CheckoutSummary checkout={checkout} />
    </PageShell>
  );
}
