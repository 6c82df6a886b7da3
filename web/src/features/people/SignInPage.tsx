import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link, Navigate, useNavigate, useSearchParams } from "react-router";
import { useChangePerson, useSession } from "@/api/session";
import type { Person } from "@/api/types";
import { ErrorNote } from "@/components/ErrorNote";
import { safeNext } from "@/components/next";
import { PageShell } from "@/components/PageShell";
import { SandboxHint } from "@/components/SandboxHint";
import { Segments } from "@/components/Segments";
import { SubmitButton } from "@/components/SubmitButton";
import { signIn, signInByCode } from "./api";
import { useSubmit } from "@/components/useSubmit";
import { CodeField } from "./CodeField";
import { PasswordField } from "./PasswordField";
import { PhoneField } from "./PhoneField";
import { useCode } from "./useCode";
import { Welcome } from "./Welcome";
import styles from "./people.module.css";

type Way = "password" | "code";

/** Signing in by password or by a code; in a sandbox also as the demonstration person. */
export function SignInPage() {
  const { t } = useTranslation("people");
  const [search] = useSearchParams();
  const next = safeNext(search.get("next"), "/");
  const session = useSession();
  const changePerson = useChangePerson();
  const navigate = useNavigate();
  const [way, setWay] = useState<Way>("password");
  const [phone, setPhone] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const { busy, error, submit, setError } = useSubmit();
  const { sent, send } = useCode("sign_in", setError);

  if (session.data?.person && !busy) return <Navigate to={next} replace />;

  const enter = (entering: () => Promise<Person>) =>
    submit(async () => {
      await changePerson(await entering());
      await navigate(next, { replace: true });
    });
  const demo = session.data?.demo;
  return (
    <PageShell title={t("signIn")} root quietTitle>
      <Welcome>
        <form className={styles.form} noValidate
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            void enter(() => (way === "password" ? signIn(phone, password) : signInByCode(phone, code)));
          }}
        >
          <Segments<Way>
            label={t("way")}
            value={way}
            onChange={(chosen) => {
              setWay(chosen);
              setError(null);
            }}
            options={[
              { label: t("byPassword"), value: "password" },
              { label: t("byCode"), value: "code" },
            ]}
          />
          <PhoneField value={phone} onChange={setPhone} />
          {way === "password" ? (
            <PasswordField value={password} onChange={setPassword} label={t("password")} autoComplete="current-password" />
          ) : (
            <CodeField
              value={code}
              onChange={setCode}
              sent={sent}
              canSend={phone !== ""}
              onSend={async () => {
                await send(phone);
              }}
            />
          )}
          <ErrorNote error={error} />
          <SubmitButton busy={busy} disabled={phone === "" || (way === "password" ? password : code) === ""}>
            {t("signIn")}
          </SubmitButton>
        </form>
        <div className={styles.links}>
          <Link to={`/sign-up?next=${encodeURIComponent(next)}`}>{t("toSignUp")}</Link>
          <Link to={`/reset-password?next=${encodeURIComponent(next)}`}>{t("forgotPassword")}</Link>
        </div>
        {demo && (
          <SandboxHint
            action={{
              label: t("demo.enter"),
              onClick: () => enter(() => signIn(demo.phone, demo.password)),
            }}
          >
            {t("demo.text")}
            <br />
            {t("demo.secrets", demo)}
          </SandboxHint>
        )}
      </Welcome>
    </PageShell>
  );
}
