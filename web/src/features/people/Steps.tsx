import { useTranslation } from "react-i18next";
import styles from "./people.module.css";

/** How far a guided way has come. */
export function Steps({ done, of }: { done: number; of: number }) {
  const { t } = useTranslation("people");
  return (
    <div className={styles.steps} role="img" aria-label={t("step", { done, of })}>
      {Array.from({ length: of }, (_, step) => (
        <span key={step} className={step < done ? styles.stepDone : ""} />
      ))}
    </div>
  );
}
