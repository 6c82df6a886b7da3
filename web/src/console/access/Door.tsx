import type { ReactNode } from "react";
import { LanguageSwitch } from "@/components/LanguageSwitch";
import { Logo } from "@/components/Logo";
import styles from "../console.module.css";

/** What stands around the pages of people who aren't in yet. */
export function Door({ children }: { children: ReactNode }) {
  return (
    <main className={styles.alone}>
      <div className={styles.door}>
        <Logo size={44} />
        <LanguageSwitch />
      </div>
      {children}
    </main>
  );
}
