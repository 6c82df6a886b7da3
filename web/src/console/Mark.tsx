import type { ReactNode } from "react";
import styles from "./console.module.css";

export type Tone = "good" | "waits" | "bad" | "plain";

/** A state in a word or two. */
export function Mark({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`${styles.mark ?? ""} ${styles[tone] ?? ""}`}>{children}</span>;
}
