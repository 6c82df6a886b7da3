import { useTranslation } from "react-i18next";
import { Outlet, useLocation, useNavigation } from "react-router";
import { useIsSandbox, useSession } from "@/api/session";
import { LanguageSwitch } from "@/components/LanguageSwitch";
import { Notices } from "@/components/Notices";
import { Logo } from "@/components/Logo";
import { PayQuestions } from "@/features/payments/PayQuestions";
import { useDeviceKeeping } from "@/features/payments/offline/useDeviceKeeping";
import { useTicketKeeping } from "@/features/rail/offline/useTicketKeeping";
import { Navigation, TABS } from "./Navigation";
import styles from "./Layout.module.css";

/** On a phone: the page, and the tab bar below the four tabs. On a desktop: the house beside it. */
export function Layout() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const navigation = useNavigation();
  const session = useSession();
  const sandbox = useIsSandbox();
  useTicketKeeping();
  useDeviceKeeping();
  const person = session.data?.person;
  const onTab = TABS.some((tab) => tab.to === pathname);
  return (
    <div className={styles.app}>
      <a className="skip-link" href="#content">
        {t("skipToContent")}
      </a>
      <aside className={styles.house} aria-label="Farewave">
        <div className={styles.brand}>
          <Logo size={44} />
          <div>
            <p className={styles.name}>Farewave</p>
            <p className={styles.motto}>{t("motto")}</p>
          </div>
        </div>
        {person ? <Navigation kind="side" /> : <Greeting />}
        <div className={styles.foot}>
          {sandbox && <p className={styles.badge}>{t("sandbox.badge")}</p>}
          <LanguageSwitch />
        </div>
        <Waves />
      </aside>
      <div className={styles.column}>
        <div className={styles.progress} data-on={navigation.state !== "idle"} aria-hidden="true" />
        <Notices />
        <Outlet />
        {person?.has_pay_password && <PayQuestions key={person.user_no} userNo={person.user_no} />}
        {onTab && person && <Navigation kind="bar" />}
      </div>
    </div>
  );
}

/** What this is, for someone who isn't signed in yet. */
function Greeting() {
  const { t } = useTranslation();
  return (
    <ul className={styles.greeting}>
      {(["pay", "travel", "books"] as const).map((promise) => (
        <li key={promise}>{t(`greeting.${promise}`)}</li>
      ))}
    </ul>
  );
}

function Waves() {
  return (
    <svg className={styles.waves} viewBox="0 0 280 120" preserveAspectRatio="none" aria-hidden="true">
      <path d="M0 60c46 0 46-26 93-26s47 26 93 26 47-26 94-26v86H0z" fill="var(--fw-brand-400)" opacity=".25" />
      <path d="M0 84c46 0 46-22 93-22s47 22 93 22 47-22 94-22v58H0z" fill="var(--fw-brand-400)" opacity=".35" />
    </svg>
  );
}
