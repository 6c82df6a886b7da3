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
import { FundChoice } from "./FundChoice";
import { cashierQuery } from "./queries";
import styles from "./payments.module.css";

/** An unpaid trade: what it is, how long it waits, which fund pays, and paying. */
export function Checkout({ cashier, next }: { cashier: Cashier; next: string }) {
  const { t } = useTranslation("payments");
  const person = usePerson();
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const pay = usePay(cashier.trade_no);
  const [chosen, setChosen] = useState<Fund["fund"] | null>(null);
  const [asking, setAsking] = useState(false);
  const fund =
    cashier.funds.find((one) => one.fund === chosen && one.usable) ?? cashier.funds.find((one) => one.usable);

  const ask = async () => {
    if (person.has_pay_password) setAsking(true);
    else await navigate(withNext("/me/pay-password", pathname + search));
  };
  return (
    <PageShell
      title={t("title")}
      back={next}
      footer={
        fund ? (
          <SubmitButton onClick={ask}>{t("pay", { amount: yuan(cashier.amount_fen) })}</SubmitButton>
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
      <FundChoice cashier={cashier} chosen={fund?.fund ?? null} onChoose={setChosen} />
      <PayPasswordSheet
        open={asking}
        onClose={() => {
          setAsking(false);
        }}
        amountFen={cashier.amount_fen}
        purpose={cashier.subject}
        onConfirm={async (payPassword) => {
          if (fund) await pay(fund.fund, payPassword);
        }}
      />
    </PageShell>
  );
}

/** Nothing can pay: when only money is missing, the next step is to put it in. */
function NoFund({ cashier, here }: { cashier: Cashier; here: string }) {
  const { t } = useTranslation("payments");
  const missing = Math.min(...cashier.funds.map((fund) => cashier.amount_fen - fund.available_fen));
  if (missing <= 0 || missing === Infinity) {
    return (
      <SubmitButton disabled onClick={() => Promise.resolve()}>
        {t("noFund")}
      </SubmitButton>
    );
  }
  const amount = yuan(missing);
  return (
    <LinkButton block size="large" to={withNext(`/top-up?amount=${amount.replaceAll(",", "")}`, here)}>
      {t("topUpMissing", { amount })}
    </LinkButton>
  );
}

/** Pays; the page behind follows what the trade has become, also when it was refused. */
function usePay(tradeNo: string) {
  const client = useQueryClient();
  const intentKey = useIntentKey();
  const { queryKey } = cashierQuery(tradeNo);
  return async (fund: Fund["fund"], pay_password: string) => {
    try {
      const paid = await call(
        api.POST("/api/v1/cashier/{trade_no}/payments", {
          params: { path: { trade_no: tradeNo } },
          body: { fund, pay_password },
          headers: intentKey.headers(`${tradeNo} ${fund}`),
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
