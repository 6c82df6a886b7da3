import { useTranslation } from "react-i18next";
import { Failure, Page } from "../Page";
import { useAccount, useConsoleSession } from "../session";
import styles from "../console.module.css";
import { AuthenticatorPart } from "./AuthenticatorPart";
import { PasskeysPart } from "./PasskeysPart";

/** What one signs in by. */
export function SecurityPage() {
  const { t } = useTranslation("console");
  const account = useAccount();
  const session = useConsoleSession();
  const hasNone = !account.has_authenticator && account.passkeys.length === 0;
  return (
    <Page title={t("security.title")} lead={t("security.lead")}>
      <Failure error={session.error} />
      {hasNone && <p className={`${styles.note ?? ""} ${styles.spaced ?? ""}`}>{t("security.none")}</p>}
      <PasskeysPart account={account} possible={session.data?.passkeys_possible ?? false} />
      <AuthenticatorPart account={account} />
    </Page>
  );
}
