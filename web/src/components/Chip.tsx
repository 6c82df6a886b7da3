import type { ReactNode } from "react";
import styles from "./Chip.module.css";

interface Props {
  on: boolean;
  onToggle: () => void;
  children: ReactNode;
}

/** A choice that is on or off, among others in a row. */
export function Chip({ on, onToggle, children }: Props) {
  return (
    <button type="button" className={styles.chip} aria-pressed={on} onClick={onToggle}>
      {children}
    </button>
  );
}

/** A row of chips: swiped from edge to edge on a phone, in several lines where there is room. */
export function Chips({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.chips} role="group" aria-label={label}>
      {children}
    </div>
  );
}
