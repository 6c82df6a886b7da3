import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "@/api/client";
import type { Card, Wallet } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { ErrorNote } from "@/components/ErrorNote";
import { LinkButton } from "@/components/LinkButton";
import { yuan } from "@/components/money";
import { withNext } from "@/components/next";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { CardChoice } from "@/features/banks/CardChoice";
import { cardsQuery } from "@/features/banks/queries";
import { AmountField, MoneyForm } from "./MoneyForm";
import { walletQuery } from "./queries";
import { useMovement } from "./useMovement";
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
  const { amount, setAmount, fen, card, setCardId, here, bindTo } = useMovement("/withdraw", cards, first);
  const tooMuch = fen !== null && fen > wallet.available_fen;
  return (
    <MoneyForm
      wish={fen && !tooMuch ? { card_id: card.card_id, amount_fen: fen } : null}
      move={async (body, headers) => {
        const withdrawal = await call(api.POST("/api/v1/wallet/withdrawals", { body, headers }));
        return `/withdraw/${withdrawal.withdrawal_id}`;
      }}
      next={t("topUpPage.next")}
      purpose={t("withdrawPage.purpose", { bank: card.bank_name, last4: card.last4 })}
      here={here}
    >
      <AmountField
        label={t("withdrawPage.amount")}
        value={amount}
        onChange={setAmount}
        hint={t("withdrawPage.available", { amount: yuan(wallet.available_fen) })}
        error={tooMuch ? t("withdrawPage.tooMuch") : null}
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
        chosen={card.card_id}
        onChoose={setCardId}
        bindTo={bindTo}
        legend={t("withdrawPage.toCard")}
      />
    </MoneyForm>
  );
}
