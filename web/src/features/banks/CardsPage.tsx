import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "@/api/client";
import type { Card } from "@/api/types";
import { Confirm } from "@/components/Confirm";
import { EmptyState } from "@/components/EmptyState";
import { ErrorNote } from "@/components/ErrorNote";
import { LinkButton } from "@/components/LinkButton";
import { notify } from "@/components/notify";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { useSubmit } from "@/components/useSubmit";
import { BankCard } from "./BankCard";
import { cardsQuery } from "./queries";
import styles from "./banks.module.css";

/** The bound cards. */
export function CardsPage() {
  const { t } = useTranslation("banks");
  const cards = useQuery(cardsQuery);
  const client = useQueryClient();
  const { busy, error, submit } = useSubmit();
  const [leaving, setLeaving] = useState<Card | null>(null);
  const bind = (
    <LinkButton block size="large" to="/cards/bind">
      {t("bind")}
    </LinkButton>
  );
  const prefer = async (card: Card) => {
    const cards = await call(
      api.PUT("/api/v1/banks/cards/{card_id}/default", { params: { path: { card_id: card.card_id } } }),
    );
    client.setQueryData(cardsQuery.queryKey, cards);
    notify(t("preferred"));
  };
  const unbind = async () => {
    if (!leaving) return;
    await call(
      api.DELETE("/api/v1/banks/cards/{card_id}", { params: { path: { card_id: leaving.card_id } } }),
    );
    await client.invalidateQueries({ queryKey: ["cards"] });
    notify(t("unbound"));
  };
  return (
    <PageShell title={t("title")} back="/me" footer={cards.data?.length ? bind : undefined}>
      {cards.isPending && <Skeletons height={168} />}
      {cards.isError && <ErrorNote error={cards.error} onRetry={() => cards.refetch()} />}
      {cards.isSuccess && cards.data.length === 0 && (
        <EmptyState drawing="cards" title={t("none.title")} text={t("none.text")} action={bind} />
      )}
      <ErrorNote error={error} />
      <ul className={styles.cards}>
        {cards.data?.map((card) => (
          <li key={card.card_id}>
            <BankCard card={card} />
            <div className={styles.cardActions}>
              {!card.is_default && (
                <button
                  type="button"
                  disabled={busy}
                  onClick={() => void submit(() => prefer(card))}
                  aria-label={t("preferOne", { last4: card.last4 })}
                >
                  {t("prefer")}
                </button>
              )}
              <button
                type="button"
                onClick={() => {
                  setLeaving(card);
                }}
                aria-label={t("unbindOne", { last4: card.last4 })}
              >
                {t("unbind")}
              </button>
            </div>
          </li>
        ))}
      </ul>
      <Confirm
        open={leaving !== null}
        title={t("unbindQuestion", { last4: leaving?.last4 })}
        text={t("unbindText")}
        yes={t("unbind")}
        danger
        onYes={unbind}
        onClose={() => {
          setLeaving(null);
        }}
      />
    </PageShell>
  );
}
