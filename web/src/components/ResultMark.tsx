import styles from "./ResultMark.module.css";

/** How something ended, drawn: a tick that writes itself, a clock, a cross. */
export function ResultMark({ kind }: { kind: "done" | "waiting" | "failed" }) {
  return (
    <svg className={`${styles.mark} ${styles[kind]}`} viewBox="0 0 72 72" aria-hidden="true" focusable="false">
      <circle className={styles.ground} cx="36" cy="36" r="34" />
      {kind === "done" && <path className={styles.stroke} d="M22 37.5 32 47l19-21" pathLength="1" />}
      {kind === "failed" && <path className={styles.stroke} d="M26 26l20 20M46 26 26 46" pathLength="1" />}
      {kind === "waiting" && (
        <>
          <path className={styles.stroke} d="M36 36V20" pathLength="1" />
          <path className={`${styles.stroke} ${styles.hand}`} d="M36 36h11" pathLength="1" />
        </>
      )}
    </svg>
  );
}
