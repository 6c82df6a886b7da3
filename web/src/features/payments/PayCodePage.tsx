import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, call } from "@/api/client";
import { usePerson } from "@/api/session";
import type { ShownPayCode } from "@/api/types";
import { withNext } from "@/components/next";
import { PageShell } from "@/components/PageShell";
import { PayPasswordSheet } from "@/components/PayPasswordSheet";
import { SubmitButton } from "@/components/SubmitButton";
import { useScreenOn } from "@/components/useScreenOn";
import { Code } from "./Code";
import { PaidByCode } from "./PaidByCode";
import { payCodeQuery } from "./queries";
import styles from "./payCode.module.css";

const HERE = "/pay-code";

/** A code for a merchant's scanner: asked for with the pay password, watched until it has paid. */
export function PayCodePage() {
  const { t } = useTranslation("payments");
  const person = usePerson();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [shown, setShown] = useState<ShownPayCode | null>(null);
  const [asking, setAsking] = useState(person.has_pay_password);
  const state = useQuery({ ...payCodeQuery(shown?.code ?? ""), enabled: shown !== null });
  const status = shown ? (state.data?.status ?? "waiting") : null;
  useScreenOn(status === "waiting");

  // The money, the bill: whatever is on show elsewhere is old now.
  useEffect(() => {
    if (status !== "paid") return;
    for (const key of ["wallet", "bills"]) void client.invalidateQueries({ queryKey: [key] });
  }, [client, status]);

  const ask = async () => {
    if (person.has_pay_password) setAsking(true);
    else await navigate(withNext("/me/pay-password", HERE));
  };
  const make = async (pay_password: string) => {
    setShown(await call(api.POST("/api/v1/pay-codes", { body: { pay_password } })));
    setAsking(false);
  };
  const sheet = (
    <PayPasswordSheet
      open={asking}
      onClose={() => {
        setAsking(false);
      }}
      onConfirm={make}
      purpose={t("code.purpose")}
    />
  );
  if (state.data?.paid) {
    return (
      <PaidByCode paid={state.data.paid} onAgain={ask}>
        {sheet}
      </PaidByCode>
    );
  }
  return (
    <PageShell title={t("code.title")} back="/">
      {shown && status ? (
        <Code key={shown.code} shown={shown} over={status === "over"} refusal={state.data?.refusal ?? null} onAgain={ask} />
      ) : (
        <section className={styles.card}>
          <p className={styles.lead}>{t("code.lead")}</p>
          <SubmitButton onClick={ask}>{t(person.has_pay_password ? "code.show" : "code.setPassword")}</SubmitButton>
        </section>
      )}
      {sheet}
    </PageShell>
  );
}
