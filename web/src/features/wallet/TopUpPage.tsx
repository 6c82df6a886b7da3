import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { api, call } from "@/api/client";
import type { Card } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { ErrorNote } from "@/components/ErrorNote";
import { LinkButton } from "@/components/LinkButton";
import { yuan } from "@/components/money";
import { safeNext, withNext } from "@/components/next";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { CardChoice } from "@/features/banks/CardChoice";
import { cardsQuery } from "@/features/banks/queries";
import { AmountField, MoneyForm } from "./MoneyForm";
import { useMovement } from "./useMovement";
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
  const [search] = useSearchParams();
  const next = search.get("next");
  const { amount, setAmount, fen, card, setCardId, here, bindTo } = useMovement("/top-up", cards, first);
  return (
    <MoneyForm
      wish={fen ? { card_id: card.card_id, amount_fen: fen } : null}
      move={async (body, headers) => {
        const topUp = await call(api.POST("/api/v1/wallet/top-ups", { body, headers }));
        const to = `/top-up/${topUp.top_up_id}`;
        return next ? withNext(to, next) : to;
      }}
      next={t("topUpPage.next")}
      purpose={t("topUpPage.purpose", { bank: card.bank_name, last4: card.last4 })}
      here={here}
    >
      <AmountField label={t("topUpPage.amount")} value={amount} onChange={setAmount} />
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
      <CardChoice cards={cards} chosen={card.card_id} onChoose={setCardId} bindTo={bindTo} />
    </MoneyForm>
  );
}
