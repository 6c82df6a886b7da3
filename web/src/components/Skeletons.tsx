import { useTranslation } from "react-i18next";
import styles from "./Skeletons.module.css";

/** Grey shapes in the place of what is still loading. `lines` rows, or one block of `height`. */
export function Skeletons({ lines = 3, height }: { lines?: number; height?: number }) {
  const { t } = useTranslation();
  return (
    <div className={styles.skeletons} role="status" aria-busy="true">
      <span className="visually-hidden">{t("loading")}</span>
      {height !== undefined ? (
        <div className={styles.block} style={{ height }} />
      ) : (
        Array.from({ length: lines }, (_, row) => (
          <div key={row} className={styles.row} aria-hidden="true">
            <div className={styles.dot} />
            <div className={styles.words}>
              <div className={styles.bar} style={{ width: `${62 - (row % 3) * 12}%` }} />
              <div className={styles.bar} style={{ width: `${38 - (row % 2) * 10}%` }} />
            </div>
            <div className={styles.bar} style={{ width: 64 }} />
          </div>
        ))
      )}
    </div>
  );
}
