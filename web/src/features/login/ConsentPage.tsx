import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { api, call } from "@/api/client";
import type { Consent } from "@/api/types";
import { ErrorNote } from "@/components/ErrorNote";
import { Icon } from "@/components/Icon";
import { ListCard, ListRow } from "@/components/ListCard";
import { PageError } from "@/components/PageError";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { SubmitButton } from "@/components/SubmitButton";
import { useSubmit } from "@/components/useSubmit";
import { consentQuery } from "./queries";
import styles from "./login.module.css";

/** Where an application sends a browser to learn who somebody is: they agree, or not, and go back. */
export function ConsentPage() {
  const { t } = useTranslation("login");
  const [search] = useSearchParams();
  const state = search.get("state");
  const consent = useQuery(
    consentQuery({
      app_id: search.get("app_id") ?? "",
      scope: search.get("scope") ?? "",
      redirect_uri: search.get("redirect_uri") ?? "",
      ...(state ? { state } : {}),
    }),
  );
  if (consent.data) return <Asking consent={consent.data} />;
  return (
    <PageShell title={t("title")}>
      {consent.isError ? (
        <PageError error={consent.error} onRetry={() => consent.refetch()} />
      ) : (
        <Skeletons height={240} />
      )}
    </PageShell>
  );
}

function Asking({ consent }: { consent: Consent }) {
  const { t } = useTranslation("login");
  const { busy, error, submit } = useSubmit();
  const [leaving, setLeaving] = useState(false);
  const leave = (to: string) => {
    setLeaving(true);
    window.location.assign(to);
  };
  const agree = () =>
    submit(async () => {
      const agreed = await call(api.POST("/api/v1/consents", { body: { consent: consent.consent } }));
      leave(agreed.return_to);
    });
  const named = consent.name_masked !== consent.phone_masked;
  return (
    <PageShell
      title={t("title")}
      footer={
        <>
          <SubmitButton onClick={agree} busy={busy || leaving}>
            {t("agree")}
          </SubmitButton>
          <SubmitButton
            kind="quiet"
            disabled={busy || leaving}
            onClick={() => {
              leave(consent.declined_to);
              return Promise.resolve();
            }}
          >
            {t("decline")}
          </SubmitButton>
        </>
      }
    >
      <section className={styles.who}>
        <span className={styles.mark} aria-hidden="true">
          {Array.from(consent.app_name)[0]}
        </span>
        <p className={styles.name}>{consent.app_name}</p>
        <p className={styles.asks}>{t("asks")}</p>
      </section>
      <ListCard>
        <ListRow icon="id" title={t("gets.number")} text={t("gets.numberText")} />
        {consent.scope === "auth_user" && (
          <ListRow icon="me" title={t("gets.name")} text={t("gets.nameText", { name: consent.name_masked })} />
        )}
      </ListCard>
      <p className={styles.never}>
        <Icon name="lock" size={18} />
        {t("never")}
      </p>
      <ListCard title={t("as")}>
        <ListRow
          icon="phone"
          tone="quiet"
          title={named ? consent.name_masked : consent.phone_masked}
          text={named ? consent.phone_masked : undefined}
        />
      </ListCard>
      <ErrorNote error={error} />
      <p className={styles.leaving} role="status">
        {leaving && t("leaving")}
      </p>
    </PageShell>
  );
}
