import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { api, call } from "@/api/client";
import { usePerson } from "@/api/session";
import type { PaidByCode as Paid, ShownPayCode } from "@/api/types";
import { useFailure } from "@/api/useFailure";
import { Icon } from "@/components/Icon";
import { ListCard, ListRow } from "@/components/ListCard";
import { withNext } from "@/components/next";
import { PageShell } from "@/components/PageShell";
import { PayPasswordSheet } from "@/components/PayPasswordSheet";
import { Skeletons } from "@/components/Skeletons";
import { SubmitButton } from "@/components/SubmitButton";
import { useMoneyMoved } from "@/features/wallet/queries";
import { Code } from "./Code";
import { DeviceCode } from "./DeviceCode";
import { keptOf, turnedOffQuery, type Kept } from "./offline/kept";
import { PaidByCode } from "./PaidByCode";
import { payCodeQuery } from "./queries";
import styles from "./payCode.module.css";

const HERE = "/pay-code";

/** A code for a merchant's scanner: this phone's own, or one asked for with the pay password. */
export function PayCodePage() {
  const { t } = useTranslation("payments");
  const person = usePerson();
  const kept = useQuery(keptOf(person.user_no));
  const [once, setOnce] = useState(false);
  if (kept.isPending) {
    return (
      <PageShell title={t("code.title")} back="/">
        <Skeletons height={420} />
      </PageShell>
    );
  }
  if (!kept.data || once) return <AskedCode />;
  return (
    <OwnCode
      key={kept.data.enrolment}
      kept={kept.data}
      onOnce={() => {
        setOnce(true);
      }}
    />
  );
}

/** Codes that this phone makes. */
function OwnCode({ kept, onOnce }: { kept: Kept; onOnce: () => void }) {
  const { t } = useTranslation("payments");
  const [paid, setPaid] = useState<Paid | null>(null);
  const moneyMoved = useMoneyMoved();
  const onPaid = useCallback(
    (told: Paid) => {
      setPaid(told);
      void moneyMoved();
    },
    [moneyMoved],
  );
  if (paid) {
    return (
      <PaidByCode
        paid={paid}
        onAgain={() => {
          setPaid(null);
          return Promise.resolve();
        }}
      />
    );
  }
  return (
    <PageShell title={t("code.title")} back="/">
      <DeviceCode kept={kept} onPaid={onPaid} />
      <div className={styles.ways}>
        <button type="button" className={styles.way} onClick={onOnce}>
          {t("device.once")}
        </button>
        <Link className={styles.way} to="/me/pay-code">
          {t("device.settings")}
        </Link>
      </div>
    </PageShell>
  );
}

/** One that was asked for with the pay password, watched until it has paid. */
function AskedCode() {
  const { t } = useTranslation("payments");
  const person = usePerson();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [shown, setShown] = useState<ShownPayCode | null>(null);
  const turnedOff = useQuery(turnedOffQuery).data;
  const [asking, setAsking] = useState(person.has_pay_password && !turnedOff);
  const watched = payCodeQuery(shown?.code ?? "", shown?.expires_at ?? "");
  const state = useQuery({ ...watched, enabled: shown !== null });
  const failure = useFailure(state);
  const paid = state.data?.paid ?? null;
  const moneyMoved = useMoneyMoved();
  useEffect(() => {
    if (paid) void moneyMoved();
  }, [moneyMoved, paid]);

  // Taken while the password for another one was typed: that it has paid must be seen.
  const [paidBefore, setPaidBefore] = useState(paid);
  if (paid !== paidBefore) {
    setPaidBefore(paid);
    if (paid) setAsking(false);
  }

  const ask = async () => {
    if (person.has_pay_password) setAsking(true);
    else await navigate(withNext("/me/pay-password", HERE));
  };
  const make = async (pay_password: string) => {
    const made = await call(api.POST("/api/v1/pay-codes", { body: { pay_password } }));
    if (!paid && client.getQueryData(watched.queryKey)?.paid) return;
    setShown(made);
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
  if (paid) {
    return (
      <PaidByCode paid={paid} onAgain={ask}>
        {sheet}
      </PaidByCode>
    );
  }
  return (
    <PageShell title={t("code.title")} back="/">
      {shown ? (
        <Code
          key={shown.code}
          shown={shown}
          over={state.data?.status === "over"}
          refusal={state.data?.refusal ?? null}
          failure={failure}
          onAgain={ask}
        />
      ) : (
        <section className={styles.card}>
          {turnedOff && (
            <p className={styles.offline} role="status">
              <Icon name="info" size={18} />
              {t("device.turnedOff")}
            </p>
          )}
          <p className={styles.lead}>{t("code.lead")}</p>
          <SubmitButton onClick={ask}>{t(person.has_pay_password ? "code.show" : "code.setPassword")}</SubmitButton>
        </section>
      )}
      {person.has_pay_password && (
        <ListCard>
          <ListRow icon="payCode" title={t("device.offer")} text={t("device.offerText")} to="/me/pay-code" />
        </ListCard>
      )}
      {sheet}
    </PageShell>
  );
}
