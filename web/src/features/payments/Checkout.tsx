import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { api, call } from "@/api/client";
import { useIntentKey } from "@/api/intentKey";
import { usePerson } from "@/api/session";
import type { Cashier, Fund } from "@/api/types";
import { Countdown } from "@/components/Countdown";
import { LinkButton } from "@/components/LinkButton";
import { Money } from "@/components/Money";
import { yuan } from "@/components/money";
import { withNext } from "@/components/next";
import { PageShell } from "@/components/PageShell";
import { PayPasswordSheet } from "@/components/PayPasswordSheet";
import { SubmitButton } from "@/components/SubmitButton";
import { Terms } from "@/features/agreements/Terms";
import { FundChoice } from "./FundChoice";
import { cashierQuery, fundKey } from "./queries";
import styles from "./payments.module.css";

/** What somebody is about to confirm: what pays, and the terms that they have read. */
interface Confirming {
  fund: Fund;
  agreed: string | null;
}

/** An unpaid trade: what it is, how long it waits, which fund pays, and paying. */
export function Checkout({ cashier, next }: { cashier: Cashier; next: string }) {
  const { t } = useTranslation("payments");
  const person = usePerson();
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const pay = usePay(cashier.trade_no);
  const [chosen, setChosen] = useState<string | null>(null);
  // Kept as it was when the sheet opened: neither what pays nor what is agreed to changes under a thumb.
  const [confirming, setConfirming] = useState<Confirming | null>(null);
  const fund =
    cashier.funds.find((one) => fundKey(one) === chosen && one.usable) ?? cashier.funds.find((one) => one.usable);

  const ask = async (fund: Fund) => {
    if (person.has_pay_password) setConfirming({ fund, agreed: cashier.signs?.seen ?? null });
    else await navigate(withNext("/me/pay-password", pathname + search));
  };
  const signing = cashier.signs && !cashier.signs.signed;
  return (
    <PageShell
      title={t("title")}
      back={next}
      footer={
        fund ? (
          <>
            <SubmitButton onClick={() => ask(fund)}>
              {t(signing ? "signs.pay" : "pay", { amount: yuan(cashier.amount_fen) })}
            </SubmitButton>
            {missingFen(cashier) > 0 && <TopUpMissing cashier={cashier} here={pathname + search} kind="quiet" />}
          </>
        ) : (
          <NoFund cashier={cashier} here={pathname + search} />
        )
      }
    >
      <section className={styles.summary} aria-label={t("summary")}>
        <p className={styles.merchant}>{cashier.merchant_name}</p>
        <p className={styles.amount}>
          <Money fen={cashier.amount_fen} size="xl" />
        </p>
        <p className={styles.countdown}>
          {t("payWithin")} <Countdown until={cashier.expires_at} />
        </p>
        <dl className={styles.facts}>
          <dt>{t("subject")}</dt>
          <dd>{cashier.subject}</dd>
          <dt>{t("tradeNo")}</dt>
          <dd className={styles.id}>{cashier.trade_no}</dd>
        </dl>
      </section>
      {cashier.card_payment?.status === "failed" && (
        <p className={styles.lastFailed} role="alert">
          {t("cardFailed", { card: cashier.card_payment.label })} {cashier.card_payment.note}
        </p>
      )}
      <Signs cashier={cashier} />
      <FundChoice cashier={cashier} chosen={fund ? fundKey(fund) : null} onChoose={setChosen} />
      <PayPasswordSheet
        open={confirming !== null}
        onClose={() => {
          setConfirming(null);
        }}
        amountFen={cashier.amount_fen}
        purpose={
          <>
            {cashier.subject}
            <br />
            {confirming && t("payFrom", { fund: confirming.fund.label })}
            {signing && (
              <>
                <br />
                {t("signs.title")}
              </>
            )}
          </>
        }
        onConfirm={async (payPassword) => {
          if (confirming) await pay(confirming, payPassword);
          setConfirming(null);
        }}
      />
    </PageShell>
  );
}

/** What paying agrees to, beside what is paid; or that it was agreed to before. */
function Signs({ cashier }: { cashier: Cashier }) {
  const { t } = useTranslation("payments");
  const { signs } = cashier;
  if (!signs) return null;
  if (signs.signed) return <p className={styles.signed}>{t("signs.already")}</p>;
  return (
    <section aria-labelledby="signs">
      <h2 id="signs" className={styles.legend}>
        {t("signs.title")}
      </h2>
      <Terms offer={{ ...signs, merchant_name: cashier.merchant_name }} />
      <p className={styles.signed}>{t("signs.lead")}</p>
    </section>
  );
}

/** Nothing can pay: when only money is missing, the next step is to put it in. */
function NoFund({ cashier, here }: { cashier: Cashier; here: string }) {
  const { t } = useTranslation("payments");
  if (missingFen(cashier) > 0) return <TopUpMissing cashier={cashier} here={here} kind="primary" />;
  return (
    <SubmitButton disabled onClick={() => Promise.resolve()}>
      {t("noFund")}
    </SubmitButton>
  );
}

/** What the balance lacks to pay, or nothing where it isn't one of the funds. */
function missingFen(cashier: Cashier): number {
  const balance = cashier.funds.find((fund) => fund.available_fen !== null);
  return balance ? cashier.amount_fen - (balance.available_fen ?? 0) : 0;
}

function TopUpMissing({ cashier, here, kind }: { cashier: Cashier; here: string; kind: "primary" | "quiet" }) {
  const { t } = useTranslation("payments");
  const amount = yuan(missingFen(cashier));
  return (
    <LinkButton block size="large" kind={kind} to={withNext(`/top-up?amount=${amount.replaceAll(",", "")}`, here)}>
      {t("topUpMissing", { amount })}
    </LinkButton>
  );
}

/** Pays; the page behind follows what the trade has become, also when it was refused. */
function usePay(tradeNo: string) {
  const client = useQueryClient();
  const intentKey = useIntentKey();
  const { queryKey } = cashierQuery(tradeNo);
  return async ({ fund: { fund, card_id }, agreed }: Confirming, pay_password: string) => {
    try {
      const paid = await call(
        api.POST("/api/v1/cashier/{trade_no}/payments", {
          params: { path: { trade_no: tradeNo } },
          body: { fund, card_id, agreed, pay_password },
          headers: intentKey.headers(`${tradeNo} ${card_id ?? fund} ${agreed ?? ""}`),
        }),
      );
      intentKey.done();
      client.setQueryData(queryKey, paid);
    } catch (refusal) {
      void client.invalidateQueries({ queryKey });
      throw refusal;
    }
    // The money, the bill and the ticket: whatever is on show elsewhere is old now.
    void client.invalidateQueries({
      predicate: (query) => !["cashier", "session"].includes(String(query.queryKey[0])),
    });
  };
}
