import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { ApiError } from "@/api/error";
import { useChangePerson } from "@/api/session";
import { ErrorNote } from "@/components/ErrorNote";
import { safeNext, withNext } from "@/components/next";
import { PageShell } from "@/components/PageShell";
import { SubmitButton } from "@/components/SubmitButton";
import { signUp } from "./api";
import { useSubmit } from "@/components/useSubmit";
import { CodeField } from "./CodeField";
import { keepProof } from "./justProved";
import { PasswordField } from "./PasswordField";
import { PhoneField } from "./PhoneField";
import { Steps } from "./Steps";
import { useCode } from "./useCode";
import styles from "./people.module.css";

/** Opening an account: phone, then code and password; real name and pay password follow. */
export function SignUpPage() {
  const { t } = useTranslation("people");
  const [search] = useSearchParams();
  const next = safeNext(search.get("next"), "/");
  const changePerson = useChangePerson();
  const navigate = useNavigate();
  const [phone, setPhone] = useState("");
  const [code, setCode] = useState("");
  const [password, setPassword] = useState("");
  const { busy, error, submit, setError } = useSubmit();
  const { sent, send } = useCode("sign_up", setError);

  const goOn = async () => {
    if (!sent) {
      await send(phone);
      return;
    }
    const person = await signUp(phone, code, password);
    keepProof(password);
    await changePerson(person);
    await navigate(withNext("/me/real-name?welcome=1", next), { replace: true });
  };
  const taken = error instanceof ApiError && error.code === "people.phone_taken";
  return (
    <PageShell title={t("signUp.title")} back="/sign-in">
      <Steps done={1} of={3} />
      <p className={styles.lead}>{sent ? t("signUp.codeSent", { phone }) : t("signUp.lead")}</p>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void submit(goOn);
        }}
      >
        <PhoneField value={phone} onChange={setPhone} />
        {sent && (
          <>
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
          </>
        )}
        <ErrorNote error={error} />
        <SubmitButton busy={busy} disabled={phone === "" || (sent !== null && (code === "" || password === ""))}>
          {sent ? t("signUp.submit") : t("sendCode")}
        </SubmitButton>
      </form>
      <p className={styles.centred}>
        {!taken && `${t("signUp.already")} `}
        <Link to={withNext("/sign-in", next)}>{t("toSignIn")}</Link>
      </p>
    </PageShell>
  );
}
