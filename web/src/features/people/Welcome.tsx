import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LanguageSwitch } from "@/components/LanguageSwitch";
import { Logo } from "@/components/Logo";
import styles from "./people.module.css";

/** The head of the pages before signing in: who we are, and in which language. */
export function Welcome({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className={styles.welcome}>
      <div className={styles.hero}>
        <Logo size={64} />
        <p className={styles.heroName}>Farewave</p>
        <p className={styles.heroMotto}>{t("motto")}</p>
      </div>
      {children}
      <div className={styles.language}>
        <LanguageSwitch />
      </div>
    </div>
  );
}
