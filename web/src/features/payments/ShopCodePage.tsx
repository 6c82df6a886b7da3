import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useNavigate, useParams } from "react-router";
import { api, call } from "@/api/client";
import { useIntentKey } from "@/api/intentKey";
import { useSession } from "@/api/session";
import { ErrorNote } from "@/components/ErrorNote";
import { fenOf, yuan } from "@/components/money";
import { withNext } from "@/components/next";
import { PageError } from "@/components/PageError";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { SubmitButton } from "@/components/SubmitButton";
import { useSubmit } from "@/components/useSubmit";
import { AmountField } from "@/features/wallet/MoneyForm";
import wallet from "@/features/wallet/wallet.module.css";
import { shopCodeQuery } from "./queries";
import styles from "./payCode.module.css";
import payments from "./payments.module.css";

/** A shop's own code was scanned: whom one pays, and how much. The cashier does the rest. */
export function ShopCodePage() {
  const { t } = useTranslation("payments");
  const { token = "" } = useParams();
  const session = useSession();
  const shop = useQuery(shopCodeQuery(token));
  const failed = shop.isError ? shop : session;
  if (session.data && !session.data.person) return <Navigate to={withNext("/sign-in", `/s/${token}`)} replace />;
  return (
    <PageShell title={t("shop.title")} back="/">
      {shop.data && session.data ? (
        <>
          <section className={styles.card} aria-label={t("merchant")}>
            <p className={payments.merchant}>{shop.data.merchant_name}</p>
            <p className={styles.lead}>{shop.data.label}</p>
          </section>
          <HowMuch token={token} />
        </>
      ) : failed.isError ? (
        <PageError error={failed.error} onRetry={() => failed.refetch()} />
      ) : (
        <Skeletons height={240} />
      )}
    </PageShell>
  );
}

function HowMuch({ token }: { token: string }) {
  const { t } = useTranslation("payments");
  const navigate = useNavigate();
  const intentKey = useIntentKey();
  const { busy, error, submit } = useSubmit();
  const [typed, setTyped] = useState("");
  const amount_fen = fenOf(typed);
  const begin = async () => {
    if (amount_fen === null) return;
    const trade = await call(
      api.POST("/api/v1/shop-codes/{token}/trades", {
        params: { path: { token } },
        body: { amount_fen },
        headers: intentKey.headers(`${token} ${amount_fen}`),
      }),
    );
    intentKey.done();
    await navigate(withNext(`/cashier/${trade.trade_no}`, "/"));
  };
  return (
    <form
      className={wallet.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit(begin);
      }}
    >
      <AmountField label={t("shop.amount")} value={typed} onChange={setTyped} hint={t("shop.hint")} />
      <ErrorNote error={error} />
      <SubmitButton busy={busy} disabled={amount_fen === null}>
        {amount_fen === null ? t("shop.next") : t("shop.pay", { amount: yuan(amount_fen) })}
      </SubmitButton>
    </form>
  );
}
