import type { ComponentProps, ReactNode } from "react";
import { JourneyLine } from "./JourneyLine";
import styles from "./JourneyCard.module.css";

interface Props extends Omit<ComponentProps<typeof JourneyLine>, "tone"> {
  /** Above the line: the day. */
  heading: string;
  /** Below it. */
  children?: ReactNode;
}

/** A journey on a card of its own, under its day. */
export function JourneyCard({ heading, children, ...journey }: Props) {
  return (
    <section className={styles.card} aria-label={heading}>
      <p className={styles.heading}>{heading}</p>
      <JourneyLine {...journey} />
      {children}
    </section>
  );
}
