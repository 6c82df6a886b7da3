import { startAuthentication } from "@simplewebauthn/browser";
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useSearchParams } from "react-router";
import { api } from "@/api/client";
import { safeNext } from "@/components/next";
import { useSubmit } from "@/components/useSubmit";
import { PageLoading } from "../OddPages";
import { Failure, Page } from "../Page";
import { ask, useChangeAccount, useConsoleSession } from "../session";
import styles from "../console.module.css";
import { CodeInput } from "./CodeInput";
import { Door } from "./Door";
import { optionsOf, withoutCancelling } from "./passkey";

/** The way back in: a passkey, or a code of an authenticator app. */
export function SignInPage() {
  const { t } = useTranslation("console");
  const session = useConsoleSession();
  const [search] = useSearchParams();
  const change = useChangeAccount();
  const { busy, error, submit } = useSubmit();
  const [account, setAccount] = useState("");
  const [code, setCode] = useState("");
  if (session.isPending) return <PageLoading />;
  if (session.data?.account) return <Navigate to={safeNext(search.get("next"), "/")} replace />;

  const byPasskey = () =>
    submit(() =>
      withoutCancelling(async () => {
        const { options } = await ask(api.POST("/api/v1/console/passkey-challenges"));
        const credential = await startAuthentication({ optionsJSON: optionsOf(options) });
        await ask(api.POST("/api/v1/console/sign-in-by-passkey", { body: { credential: { ...credential } } }));
        await change();
      }),
    );
  const byCode = () =>
    submit(async () => {
      await ask(api.POST("/api/v1/console/sign-in", { body: { account: account.trim(), code } }));
      await change();
    });
  return (
    <Door>
      <Page title={t("signIn.title")} lead={t("signIn.lead")}>
        <Failure error={error ?? session.error} />
        {session.data?.passkeys_possible && (
          <>
            <Button type="primary" size="large" block disabled={busy} onClick={() => void byPasskey()}>
              {t("signIn.byPasskey")}
            </Button>
            <div className={styles.or}>{t("signIn.or")}</div>
          </>
        )}
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            void byCode();
          }}
        >
          <div className={styles.field}>
            <label htmlFor="account">{t("signIn.account")}</label>
            <Input
              id="account"
              value={account}
              maxLength={16}
              autoComplete="username"
              placeholder="2088…"
              onChange={(event) => {
                setAccount(event.target.value);
              }}
            />
          </div>
          <CodeInput value={code} onChange={setCode} />
          <Button htmlType="submit" size="large" block disabled={busy || code.length !== 6 || !account.trim()}>
            {t("signIn.byCode")}
          </Button>
        </form>
      </Page>
    </Door>
  );
}
