import { useState } from "react";
import { useSearchParams } from "react-router";
import type { Card } from "@/api/types";
import { fenOf } from "@/components/money";
import { withNext } from "@/components/next";

/**
 * How much moves, and by which card. The address keeps both as they are typed, so that whoever goes
 * away to bind another card or to set a pay password finds them again, also by going back.
 */
export function useMovement(path: string, cards: readonly Card[], first: Card) {
  const [search, setSearch] = useSearchParams();
  // What is typed is held here as well: the address follows a moment later.
  const [amount, setAmount] = useState(search.get("amount") ?? "");
  const [cardId, setCardId] = useState(search.get("card"));
  const card = cards.find((one) => one.card_id === cardId) ?? first;
  const searchWith = (typed: string, chosen: string) => {
    const kept = new URLSearchParams(search);
    kept.set("amount", typed);
    kept.set("card", chosen);
    return kept;
  };
  const keep = (typed: string, chosen: string) => {
    setAmount(typed);
    setCardId(chosen);
    setSearch(searchWith(typed, chosen), { replace: true });
  };
  const here = `${path}?${searchWith(amount, card.card_id)}`;
  return {
    amount,
    setAmount: (typed: string) => {
      keep(typed, card.card_id);
    },
    fen: fenOf(amount),
    card,
    setCardId: (chosen: string) => {
      keep(amount, chosen);
    },
    /** Where to come back to. */
    here,
    bindTo: withNext("/cards/bind", here),
  };
}
