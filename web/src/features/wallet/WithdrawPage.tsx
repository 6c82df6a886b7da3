import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { api, call } from "@/api/client";
import { useIntentKey } from "@/api/intentKey";
import { usePerson } from "@/api/session";
import type { Card, Wallet } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { ErrorNote } from "@/components/ErrorNote";
import { Field } from "@/components/Field";
import { LinkButton } from "@/components/LinkButton";
import { fenOf, yuan } from "@/components/money";
import { withNext } from "@/components/next";
import { PageShell } from "@/components/PageShell";
import { PayPasswordSheet } from "@/components/PayPasswordSheet";
import { Skeletons } from "@/components/Skeletons";
import { SubmitButton } from "@/components/SubmitButton";
import { CardChoice } from "@/features/banks/CardChoice";
import { cardsQuery } from "@/features/banks/queries";
import { useMoneyMoved, walletQuery } from "./queries";
import styles from "./wallet.module.css";

/** Taking money out: how much, to which card. */
export function WithdrawPage() {
  const { t } = useTranslation("wallet");
  const cards = useQuery(cardsQuery);
  const wallet = useQuery(walletQuery);
  const error = cards.error ?? wallet.error;
  const retry = () => Promise.all([cards.refetch(), wallet.refetch()]);
  return (
    <PageShell title={t("withdraw")} back="/">
      {(cards.isPending || wallet.isPending) && <Skeletons lines={4} />}
      {error && <ErrorNote error={error} onRetry={retry} />}
      {cards.data?.length === 0 && (
        <EmptyState
          drawing="cards"
          title={t("topUpPage.noCard")}
          text={t("withdrawPage.noCardText")}
          action={<LinkButton to={withNext("/cards/bind", "/withdraw")}>{t("topUpPage.bind")}</LinkButton>}
        />
      )}
      {cards.data?.[0] && wallet.data && <WithdrawForm cards={cards.data} first={cards.data[0]} wallet={wallet.data} />}
    </PageShell>
  );
}

function WithdrawForm({ cards, first, wallet }: { cards: Card[]; first: Card; wallet: Wallet }) {
  const { t } = useTranslation("wallet");
  const person = usePerson();
  const navigate = useNavigate();
  const moneyMoved = useMoneyMoved();
  const intentKey = useIntentKey();
  const [search] = useSearchParams();
  const [amount, setAmount] = useState(search.get("amount") ?? "");
  const [cardId, setCardId] = useState(
    () => (cards.find((card) => card.card_id === search.get("card")) ?? first).card_id,
  );
  const [asking, setAsking] = useState(false);
  const fen = fenOf(amount);
  const card = cards.find((one) => one.card_id === cardId) ?? first;
  const tooMuch = fen !== null && fen > wallet.available_fen;

  const ask = () => {
    if (person.has_pay_password) {
      setAsking(true);
      return;
    }
    const kept = new URLSearchParams({ amount, card: cardId });
    void navigate(withNext("/me/pay-password", `/withdraw?${kept}`));
  };
  const confirm = async (pay_password: string) => {
    if (fen === null) return;
    const wish = { card_id: card.card_id, amount_fen: fen };
    const withdrawal = await call(
      api.POST("/api/v1/wallet/withdrawals", {
        body: { ...wish, pay_password },
        headers: intentKey.headers(JSON.stringify(wish)),
      }),
    );
    intentKey.done();
    setAsking(false);
    void moneyMoved();
    await navigate(`/withdraw/${withdrawal.withdrawal_id}`, { replace: true });
  };
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (fen !== null && !tooMuch) ask();
      }}
    >
      <Field
        big
        label={t("withdrawPage.amount")}
        value={amount}
        onChange={setAmount}
        inputMode="decimal"
        autoComplete="off"
        placeholder="0.00"
        maxLength={13}
        start="¥"
        hint={t("withdrawPage.available", { amount: yuan(wallet.available_fen) })}
        error={
          amount !== "" && fen === null ? t("topUpPage.notAnAmount") : tooMuch ? t("withdrawPage.tooMuch") : null
        }
      />
      <div className={styles.chips}>
        <button
          type="button"
          className={styles.chip}
          aria-pressed={fen === wallet.available_fen && fen > 0}
          disabled={wallet.available_fen === 0}
          onClick={() => {
            setAmount(yuan(wallet.available_fen).replaceAll(",", ""));
          }}
        >
          {t("withdrawPage.all")}
        </button>
      </div>
      <CardChoice
        cards={cards}
        chosen={cardId}
        onChoose={setCardId}
        bindTo={withNext("/cards/bind", "/withdraw")}
        legend={t("withdrawPage.toCard")}
      />
      <SubmitButton disabled={fen === null || fen === 0 || tooMuch}>{t("topUpPage.next")}</SubmitButton>
      <PayPasswordSheet
        open={asking}
        onClose={() => {
          setAsking(false);
        }}
        onConfirm={confirm}
        amountFen={fen ?? 0}
        purpose={t("withdrawPage.purpose", { bank: card.bank_name, last4: card.last4 })}
      />
    </form>
  );
}
