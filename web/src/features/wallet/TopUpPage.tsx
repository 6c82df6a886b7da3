import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { api, call } from "@/api/client";
import { useIntentKey } from "@/api/intentKey";
import { usePerson } from "@/api/session";
import type { Card } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { ErrorNote } from "@/components/ErrorNote";
import { Field } from "@/components/Field";
import { LinkButton } from "@/components/LinkButton";
import { fenOf, yuan } from "@/components/money";
import { safeNext, withNext } from "@/components/next";
import { PageShell } from "@/components/PageShell";
import { PayPasswordSheet } from "@/components/PayPasswordSheet";
import { Skeletons } from "@/components/Skeletons";
import { SubmitButton } from "@/components/SubmitButton";
import { CardChoice } from "@/features/banks/CardChoice";
import { cardsQuery } from "@/features/banks/queries";
import { useMoneyMoved } from "./queries";
import styles from "./wallet.module.css";

const QUICK_FEN = [10_000, 20_000, 50_000, 100_000] as const;

/** Putting money in: how much, from which card. */
export function TopUpPage() {
  const { t } = useTranslation("wallet");
  const cards = useQuery(cardsQuery);
  const [search] = useSearchParams();
  const here = `/top-up?${search.toString()}`;
  return (
    <PageShell title={t("topUp")} back={safeNext(search.get("next"), "/")}>
      {cards.isPending && <Skeletons lines={4} />}
      {cards.isError && <ErrorNote error={cards.error} onRetry={() => cards.refetch()} />}
      {cards.data?.length === 0 && (
        <EmptyState
          drawing="cards"
          title={t("topUpPage.noCard")}
          text={t("topUpPage.noCardText")}
          action={<LinkButton to={withNext("/cards/bind", here)}>{t("topUpPage.bind")}</LinkButton>}
        />
      )}
      {cards.data?.[0] && <TopUpForm cards={cards.data} first={cards.data[0]} />}
    </PageShell>
  );
}

function TopUpForm({ cards, first }: { cards: Card[]; first: Card }) {
  const { t } = useTranslation("wallet");
  const person = usePerson();
  const navigate = useNavigate();
  const moneyMoved = useMoneyMoved();
  const intentKey = useIntentKey();
  const [search] = useSearchParams();
  const next = search.get("next");
  const [amount, setAmount] = useState(search.get("amount") ?? "");
  const [cardId, setCardId] = useState(
    () => (cards.find((card) => card.card_id === search.get("card")) ?? cards.find((card) => card.is_default) ?? first).card_id,
  );
  const [asking, setAsking] = useState(false);
  const fen = fenOf(amount);
  const card = cards.find((one) => one.card_id === cardId) ?? first;

  const ask = () => {
    if (person.has_pay_password) {
      setAsking(true);
      return;
    }
    const kept = new URLSearchParams({ amount, card: cardId, ...(next ? { next } : {}) });
    void navigate(withNext("/me/pay-password", `/top-up?${kept}`));
  };
  const confirm = async (pay_password: string) => {
    if (fen === null) return;
    const wish = { card_id: card.card_id, amount_fen: fen };
    const topUp = await call(
      api.POST("/api/v1/wallet/top-ups", {
        body: { ...wish, pay_password },
        headers: intentKey.headers(JSON.stringify(wish)),
      }),
    );
    intentKey.done();
    setAsking(false);
    void moneyMoved();
    const to = `/top-up/${topUp.top_up_id}`;
    await navigate(next ? withNext(to, next) : to, { replace: true });
  };
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (fen !== null) ask();
      }}
    >
      <Field
        big
        label={t("topUpPage.amount")}
        value={amount}
        onChange={setAmount}
        inputMode="decimal"
        autoComplete="off"
        placeholder="0.00"
        maxLength={13}
        start="¥"
        error={amount !== "" && fen === null ? t("topUpPage.notAnAmount") : null}
      />
      <div className={styles.chips} role="group" aria-label={t("topUpPage.quick")}>
        {QUICK_FEN.map((quick) => (
          <button
            key={quick}
            type="button"
            className={styles.chip}
            aria-pressed={fen === quick}
            onClick={() => {
              setAmount(String(quick / 100));
            }}
          >
            ¥{yuan(quick).slice(0, -3)}
          </button>
        ))}
      </div>
      <CardChoice cards={cards} chosen={cardId} onChoose={setCardId} bindTo={withNext("/cards/bind", `/top-up?${search.toString()}`)} />
      <SubmitButton disabled={fen === null || fen === 0}>{t("topUpPage.next")}</SubmitButton>
      <PayPasswordSheet
        open={asking}
        onClose={() => {
          setAsking(false);
        }}
        onConfirm={confirm}
        amountFen={fen ?? 0}
        purpose={t("topUpPage.purpose", { bank: card.bank_name, last4: card.last4, amount: yuan(fen ?? 0) })}
      />
    </form>
  );
}
