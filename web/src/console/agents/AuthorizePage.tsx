import { useQuery } from "@tanstack/react-query";
import { Button, Skeleton } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useLocation, useSearchParams } from "react-router";
import { api } from "@/api/client";
import { withNext } from "@/components/next";
import { useSubmit } from "@/components/useSubmit";
import { Door } from "../access/Door";
import { PageLoading } from "../OddPages";
import { Failure, Page } from "../Page";
import { ask, useChangeAccount, useConsoleSession, type Account, type AgentConsent } from "../session";
import styles from "../console.module.css";
import { agentConsentQuery } from "./queries";

/** Where a service provider sends a merchant's browser, to be let act for the merchant. */
export function AuthorizePage() {
  const { t } = useTranslation("console");
  const session = useConsoleSession();
  const here = useLocation();
  if (session.isPending) return <PageLoading />;
  if (session.data && !session.data.account) {
    return <Navigate to={withNext("/sign-in", here.pathname + here.search)} replace />;
  }
  const account = session.data?.account;
  return (
    <Door>
      {account ? (
        <Asked key={account.seller_id} account={account} />
      ) : (
        <Page title={t("authorize.title")}>
          <Failure error={session.error} retry={() => void session.refetch()} />
        </Page>
      )}
    </Door>
  );
}

function Asked({ account }: { account: Account }) {
  const { t } = useTranslation("console");
  const [search] = useSearchParams();
  const state = search.get("state");
  const consent = useQuery(
    agentConsentQuery({
      app_id: search.get("app_id") ?? "",
      redirect_uri: search.get("redirect_uri") ?? "",
      ...(state ? { state } : {}),
    }),
  );
  if (consent.data) return <Asking consent={consent.data} account={account} />;
  return (
    <Page title={t("authorize.title")}>
      <Failure error={consent.error} retry={() => void consent.refetch()} />
      {consent.isPending && (
        <div aria-busy="true">
          <Skeleton active />
        </div>
      )}
      <WhoIsIn account={account} />
    </Page>
  );
}

function Asking({ consent, account }: { consent: AgentConsent; account: Account }) {
  const { t } = useTranslation("console");
  const { busy, error, submit } = useSubmit();
  const [leaving, setLeaving] = useState(false);
  const leave = (to: string) => {
    setLeaving(true);
    window.location.assign(to);
  };
  const agree = () =>
    submit(async () => {
      const body = { consent: consent.consent };
      const agreed = await ask(api.POST("/api/v1/console/agent-consents", { body }));
      leave(agreed.return_to);
    });
  return (
    <Page title={t("authorize.title")} lead={t("authorize.asks")}>
      <dl className={styles.facts}>
        <Fact label={t("authorize.agent")} name={consent.agent_name} number={consent.agent_app_id} />
        <Fact label={t("authorize.own")} name={consent.own_name} number={consent.own_app_id} />
      </dl>
      <section className={styles.may}>
        <h2>{t("authorize.may")}</h2>
        <ul>
          <li>{t("authorize.takes")}</li>
          <li>{t("authorize.refunds")}</li>
          <li>{t("authorize.pays")}</li>
        </ul>
        <p className={styles.quiet}>{t("authorize.never")}</p>
      </section>
      <Failure error={error} />
      <div className={styles.form}>
        <Button type="primary" size="large" block loading={busy || leaving} onClick={() => void agree()}>
          {t("authorize.agree")}
        </Button>
        <Button
          size="large"
          block
          disabled={busy || leaving}
          onClick={() => {
            leave(consent.declined_to);
          }}
        >
          {t("authorize.decline")}
        </Button>
      </div>
      <WhoIsIn account={account} />
    </Page>
  );
}

function Fact({ label, name, number }: { label: string; name: string; number: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <strong>{name}</strong>
        <br />
        <span className={`${styles.quiet ?? ""} tabular`}>{number}</span>
      </dd>
    </div>
  );
}

function WhoIsIn({ account }: { account: Account }) {
  const { t } = useTranslation("console");
  const change = useChangeAccount();
  const { busy, error, submit } = useSubmit();
  const leave = () =>
    submit(async () => {
      await ask(api.POST("/api/v1/console/sign-out"));
      await change();
    });
  return (
    <>
      <p className={styles.signedIn}>
        <span className={styles.quiet}>
          {t("authorize.signedIn", { name: account.name ?? t("operator"), number: account.seller_id ?? "" })}
        </span>
        <Button size="small" loading={busy} onClick={() => void leave()}>
          {t("authorize.other")}
        </Button>
      </p>
      <Failure error={error} />
    </>
  );
}
