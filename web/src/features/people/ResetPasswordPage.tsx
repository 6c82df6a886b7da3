import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { useChangePerson } from "@/api/session";
import { ErrorNote } from "@/components/ErrorNote";
import { safeNext } from "@/components/next";
import { PageShell } from "@/components/PageShell";
import { SubmitButton } from "@/components/SubmitButton";
import { resetPassword } from "./api";
import { useSubmit } from "@/components/useSubmit";
import { CodeField } from "./CodeField";
import { PasswordField } from "./PasswordField";
import { PhoneField } from "./PhoneField";
import { useCode } from "./useCode";
import styles from "./people.module.css";

/** A new login password by a code to the phone; it also signs in. */
export function ResetPasswordPage() {
  const { t } = useTranslation("people");
  const [search] = useSearchParams();
  const next = safeNext(search.get("next"), "/");
  const changePerson = useChangePerson();
  const navigate = useNavigate();
  const [phone, setPhone] = useState("");
  const [code, setCode] = useState("");
  const [password, setPassword] = useState("");
  const { busy, error, submit, setError } = useSubmit();
  const { sent, send } = useCode("reset_password", setError);

  const reset = async () => {
    await changePerson(await resetPassword(phone, code, password));
    await navigate(next, { replace: true });
  };
  return (
    <PageShell title={t("reset.title")} back="/sign-in">
      <p className={styles.lead}>{t("reset.lead")}</p>
      <form className={styles.form} noValidate onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void submit(reset);
        }}
      >
        <PhoneField value={phone} onChange={setPhone} />
        <CodeField
          value={code}
          onChange={setCode}
          sent={sent}
          canSend={phone !== ""}
          onSend={async () => {
            await send(phone);
          }}
        />
        <PasswordField
          value={password}
          onChange={setPassword}
          label={t("newPassword")}
          autoComplete="new-password"
          hint={t("passwordHint")}
        />
        <ErrorNote error={error} />
        <SubmitButton busy={busy} disabled={[phone, code, password].includes("")}>
          {t("reset.submit")}
        </SubmitButton>
      </form>
    </PageShell>
  );
}
