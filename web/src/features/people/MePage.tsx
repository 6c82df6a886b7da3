import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useChangePerson, useIsSandbox, usePerson } from "@/api/session";
import { Confirm } from "@/components/Confirm";
import { LanguageSwitch } from "@/components/LanguageSwitch";
import { ListCard, ListRow } from "@/components/ListCard";
import { PageShell } from "@/components/PageShell";
import { SubmitButton } from "@/components/SubmitButton";
import { SandboxPanel } from "@/features/sandbox/SandboxPanel";
import { signOut } from "./api";
import { InstallRow } from "./InstallRow";
import { dropProof } from "./justProved";
import styles from "./people.module.css";

/** The person, their settings, and in a sandbox its switches. */
export function MePage() {
  const { t } = useTranslation("people");
  const person = usePerson();
  const sandbox = useIsSandbox();
  const changePerson = useChangePerson();
  const navigate = useNavigate();
  const [leaving, setLeaving] = useState(false);
  const leave = async () => {
    await signOut();
    dropProof();
    await navigate("/sign-in", { replace: true });
    await changePerson(null);
  };
  const named = person.real_name_level === 1;
  return (
    <PageShell title={t("me.title")} root>
      <section className={styles.person} aria-label={t("me.person")}>
        <span className={styles.avatar} aria-hidden="true">
          {person.name?.slice(0, 1) ?? "F"}
        </span>
        <div>
          <p className={styles.personName}>{named ? person.name_masked : person.phone_masked}</p>
          {named && <p className={styles.personNote}>{person.phone_masked}</p>}
          <p className={styles.personNote}>{t("me.userNo", { userNo: person.user_no })}</p>
        </div>
      </section>
      <ListCard title={t("me.account")}>
        <ListRow icon="id" title={t("realName.title")} value={named ? t("me.named") : t("me.unnamed")} to="/me/real-name" />
        <ListRow
          icon="lock"
          title={t("me.payPassword")}
          value={person.has_pay_password ? t("me.isSet") : t("me.notSet")}
          to="/me/pay-password"
        />
        <ListRow icon="payCode" title={t("me.payCode")} to="/me/pay-code" />
        <ListRow icon="card" title={t("me.cards")} to="/cards" />
        <ListRow icon="refund" title={t("agreements:list")} to="/me/agreements" />
        <ListRow icon="globe" title={t("login:allowed.title")} to="/me/apps" />
        <ListRow icon="phone" title={t("devices.title")} to="/me/devices" />
        <div className={styles.languageRow}>
          <span>{t("me.language")}</span>
          <LanguageSwitch />
        </div>
      </ListCard>
      <InstallRow />
      {sandbox && <SandboxPanel />}
      <SubmitButton
        kind="danger"
        onClick={() => {
          setLeaving(true);
          return Promise.resolve();
        }}
      >
        {t("me.signOut")}
      </SubmitButton>
      <Confirm
        open={leaving}
        title={t("me.signOutQuestion")}
        text={t("me.signOutText")}
        yes={t("me.signOut")}
        danger
        onYes={leave}
        onClose={() => {
          setLeaving(false);
        }}
      />
    </PageShell>
  );
}
