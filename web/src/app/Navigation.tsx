import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import { Icon, type IconName } from "@/components/Icon";
import styles from "./Navigation.module.css";

interface Tab {
  to: string;
  word: string;
  icon: IconName;
}

export const TABS: readonly Tab[] = [
  { to: "/", word: "tab.wallet", icon: "wallet" },
  { to: "/tickets", word: "tab.tickets", icon: "train" },
  { to: "/bills", word: "tab.bills", icon: "bills" },
  { to: "/me", word: "tab.me", icon: "me" },
];

/** The four tabs: a bar at the bottom of a phone, a list beside the page on a desktop. */
export function Navigation({ kind }: { kind: "bar" | "side" }) {
  const { t } = useTranslation();
  return (
    <nav className={styles[kind]} aria-label={t("navigation")}>
      {TABS.map(({ to, word, icon }) => (
        <NavLink key={to} to={to} end={to === "/"} className={styles.tab}>
          <Icon name={icon} />
          <span>{t(word)}</span>
        </NavLink>
      ))}
    </nav>
  );
}
