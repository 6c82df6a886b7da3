import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { useIsSandbox, useKeepPerson, usePerson } from "@/api/session";
import { ErrorNote } from "@/components/ErrorNote";
import { Field } from "@/components/Field";
import { ListCard, ListRow } from "@/components/ListCard";
import { safeNext, withNext } from "@/components/next";
import { PageShell } from "@/components/PageShell";
import { SandboxHint } from "@/components/SandboxHint";
import { SubmitButton } from "@/components/SubmitButton";
import { exampleIdentityNumber } from "@/features/sandbox/exampleIdentity";
import { useSubmit } from "@/components/useSubmit";
import { setRealName } from "./api";
import { Steps } from "./Steps";
import styles from "./people.module.css";

/** The real name: asked once, then only shown. Leads on to the pay password while welcoming. */
export function RealNamePage() {
  const { t } = useTranslation("people");
  const person = usePerson();
  const [search] = useSearchParams();
  const welcome = search.has("welcome");
  const next = safeNext(search.get("next"), welcome ? "/" : "/me");
  const onwards = welcome && !person.has_pay_password ? withNext("/me/pay-password?welcome=1", next) : next;

  if (person.real_name_level === 1 && !welcome) {
    return (
      <PageShell title={t("realName.title")} back="/me">
        <ListCard>
          <ListRow title={t("realName.name")} value={person.name_masked} />
          <ListRow title={t("realName.identity")} value={<span className="tabular">{person.identity_masked}</span>} />
        </ListCard>
        <p className={styles.lead}>{t("realName.fixed")}</p>
      </PageShell>
    );
  }
  return <RealNameForm welcome={welcome} onwards={onwards} />;
}

function RealNameForm({ welcome, onwards }: { welcome: boolean; onwards: string }) {
  const { t } = useTranslation("people");
  const navigate = useNavigate();
  const keepPerson = useKeepPerson();
  const sandbox = useIsSandbox();
  const [name, setName] = useState("");
  const [identity, setIdentity] = useState("");
  const { busy, error, submit } = useSubmit();

  const goOn = () => navigate(onwards, { replace: true });
  const confirm = async () => {
    const person = await setRealName(name.trim(), identity.trim());
    await goOn();
    keepPerson(person);
  };
  return (
    <PageShell title={t("realName.title")} back={welcome ? undefined : "/me"}>
      {welcome && <Steps done={2} of={3} />}
      <p className={styles.lead}>{t("realName.lead")}</p>
      <form className={styles.form} noValidate onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void submit(confirm);
        }}
      >
        <Field label={t("realName.name")} value={name} onChange={setName} autoComplete="name" maxLength={50} required />
        <Field
          label={t("realName.identity")}
          value={identity}
          onChange={(text) => {
            setIdentity(text.toUpperCase());
          }}
          autoComplete="off"
          maxLength={18}
          required
          hint={t("realName.identityHint", { count: identity.length })}
        />
        {sandbox && (
          <SandboxHint
            action={{
              label: t("fillIn"),
              onClick: () => {
                setName(t("realName.exampleName"));
                setIdentity(exampleIdentityNumber());
              },
            }}
          >
            {t("realName.example")}
          </SandboxHint>
        )}
        <ErrorNote error={error} />
        <SubmitButton busy={busy} disabled={name.trim() === "" || identity.trim() === ""}>
          {t("realName.submit")}
        </SubmitButton>
        {welcome && (
          <SubmitButton kind="quiet" onClick={async () => goOn()}>
            {t("later")}
          </SubmitButton>
        )}
      </form>
    </PageShell>
  );
}
