import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate, useSearchParams } from "react-router";
import { usePerson } from "@/api/session";
import type { Card, CardBinding } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { LinkButton } from "@/components/LinkButton";
import { safeNext, withCardChosen, withNext } from "@/components/next";
import { notify } from "@/components/notify";
import { PageShell } from "@/components/PageShell";
import { BindingCode } from "./BindingCode";
import { CardNumberForm } from "./CardNumberForm";

/** Binding a card: its number and phone, then the code that the bank sent. */
export function BindCardPage() {
  const { t } = useTranslation("banks");
  const person = usePerson();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { pathname, search: query } = useLocation();
  const [search] = useSearchParams();
  const next = safeNext(search.get("next"), "/cards");
  const [binding, setBinding] = useState<CardBinding | null>(null);
  const bound = async (card: Card) => {
    await client.invalidateQueries({ queryKey: ["cards"] });
    notify(t("bound"));
    await navigate(withCardChosen(next, card.card_id), { replace: true });
  };
  return (
    <PageShell title={t("bind")} back={next}>
      {person.real_name_level === 0 ? (
        <EmptyState
          drawing="cards"
          title={t("needsName.title")}
          text={t("needsName.text")}
          action={<LinkButton to={withNext("/me/real-name", pathname + query)}>{t("needsName.action")}</LinkButton>}
        />
      ) : binding ? (
        <BindingCode
          binding={binding}
          onBound={bound}
          onBack={() => {
            setBinding(null);
          }}
        />
      ) : (
        <CardNumberForm holder={person.name_masked} onSent={setBinding} />
      )}
    </PageShell>
  );
}
