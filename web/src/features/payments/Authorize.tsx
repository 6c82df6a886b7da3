import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useNavigate } from "react-router";
import { api, call } from "@/api/client";
import { useSession } from "@/api/session";
import type { Checkout } from "@/api/types";
import { yuan } from "@/components/money";
import { withNext } from "@/components/next";
import { PageError } from "@/components/PageError";
import { PageShell } from "@/components/PageShell";
import { PayPasswordSheet } from "@/components/PayPasswordSheet";
import { Skeletons } from "@/components/Skeletons";
import { SubmitButton } from "@/components/SubmitButton";
import { useMoneyMoved } from "@/features/wallet/queries";
import { CheckoutSummary } from "./CheckoutSummary";
import { checkoutQuery } from "./queries";
import styles from "./payCode.module.css";

/** A merchant asks to keep money ready: what for, how much, and the pay password. */
export function Authorize({ checkout, token, here }: { checkout: Checkout; token: string; here: string }) {
  const { t } = useTranslation("payments");
  const session = useSession();
  const navigate = useNavigate();
  const client = useQueryClient();
  const moneyMoved = useMoneyMoved();
  const [asking, setAsking] = useState(false);
  const person = session.data?.person;
  if (session.data && !person) return <Navigate to={withNext("/sign-in", `${here}?here`)} replace />;
  if (!person) {
    return (
      <PageShell title={t("link.authorize")}>
        {session.isError ? (
          <PageError error={session.error} onRetry={() => session.refetch()} />
        ) : (
          <Skeletons height={240} />
        )}
      </PageShell>
    );
  }

  const ask = async () => {
    if (person.has_pay_password) setAsking(true);
    else await navigate(withNext("/me/pay-password", `${here}?here`));
  };
  const confirm = async (pay_password: string) => {
    const frozen = await call(
      api.POST("/api/v1/checkouts/{token}/authorization", { params: { path: { token } }, body: { pay_password } }),
    );
    setAsking(false);
    client.setQueryData(checkoutQuery(token).queryKey, frozen);
    void moneyMoved();
  };
  return (
    <PageShell
      title={t("link.authorize")}
      footer={<SubmitButton onClick={ask}>{t("link.keep", { amount: yuan(checkout.amount_fen) })}</SubmitButton>}
    >
      <CheckoutSummary checkout={checkout} />
      <p className={styles.lead}>{t("code.frozenFor", { merchant: checkout.merchant_name })}</p>
      <PayPasswordSheet
        open={asking}
        onClose={() => {
          setAsking(false);
        }}
        onConfirm={confirm}
        amountFen={checkout.amount_fen}
        purpose={checkout.subject}
      />
    </PageShell>
  );
}
