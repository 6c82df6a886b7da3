import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { ApiError } from "@/api/error";
import { useKeepPerson, usePerson } from "@/api/session";
import { ErrorNote } from "@/components/ErrorNote";
import { safeNext } from "@/components/next";
import { notify } from "@/components/notify";
import { PageShell } from "@/components/PageShell";
import { SixDigits } from "@/components/SixDigits";
import { SubmitButton } from "@/components/SubmitButton";
import { setPayPassword } from "./api";
import { dropProof, proof } from "./justProved";
import { PasswordField } from "./PasswordField";
import { Steps } from "./Steps";
import styles from "./people.module.css";

type Step = "prove" | "choose" | "repeat";

/** Setting or changing the pay password: the login password proves, then six digits, twice. */
export function PayPasswordPage() {
  const { t } = useTranslation("people");
  const person = usePerson();
  const keepPerson = useKeepPerson();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const welcome = search.has("welcome");
  const next = safeNext(search.get("next"), welcome ? "/" : "/me");
  const [password, setPassword] = useState(() => proof() ?? "");
  const [step, setStep] = useState<Step>(() => (proof() ? "choose" : "prove"));
  const [digits, setDigits] = useState("");
  const [chosen, setChosen] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [differs, setDiffers] = useState(false);

  const start = (at: Step) => {
    setStep(at);
    setDigits("");
    setDiffers(false);
  };
  const full = async (all: string) => {
    setError(null);
    if (step === "choose") {
      setChosen(all);
      start("repeat");
      return;
    }
    if (all !== chosen) {
      start("choose");
      setDiffers(true);
      return;
    }
    setBusy(true);
    try {
      const changed = await setPayPassword(all, password);
      dropProof();
      keepPerson(changed);
      notify(t("payPassword.saved"));
      await navigate(next, { replace: true });
    } catch (refusal) {
      setError(refusal);
      setBusy(false);
      const wrongProof = refusal instanceof ApiError && refusal.code.startsWith("people.password");
      start(wrongProof ? "prove" : "choose");
    }
  };
  const title = person.has_pay_password ? t("payPassword.change") : t("payPassword.set");
  return (
    <PageShell title={title} back={welcome ? undefined : "/me"}>
      {welcome && <Steps done={3} of={3} />}
      <p className={styles.lead}>{t("payPassword.lead")}</p>
      <ErrorNote error={error} />
      {step === "prove" ? (
        <form
          className={styles.form}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            setError(null);
            start("choose");
          }}
        >
          <PasswordField value={password} onChange={setPassword} label={t("payPassword.prove")} autoComplete="current-password" />
          <SubmitButton disabled={password === ""}>{t("continue")}</SubmitButton>
        </form>
      ) : (
        <div className={styles.pad}>
          <h2 className={styles.question} aria-live="polite">
            {differs ? t("payPassword.differs") : t(`payPassword.${step}`)}
          </h2>
          <SixDigits
            key={step}
            value={digits}
            onChange={setDigits}
            onFull={(all) => void full(all)}
            label={t(`payPassword.${step}`)}
            disabled={busy}
            wrong={differs && digits === ""}
          />
        </div>
      )}
      {welcome && (
        <SubmitButton kind="quiet" disabled={busy} onClick={async () => navigate(next, { replace: true })}>
          {t("later")}
        </SubmitButton>
      )}
    </PageShell>
  );
}
