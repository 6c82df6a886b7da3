import { yuan } from "./money";
import styles from "./Money.module.css";

interface Props {
  fen: number;
  size?: "s" | "m" | "l" | "xl";
  /** "plus-minus" writes + or − in front; "none" shows the bare amount. */
  sign?: "plus-minus" | "none";
  tone?: "plain" | "good" | "inherit";
  /** Shows dots instead, for a screen that others can see. */
  hidden?: boolean;
  hiddenLabel?: string;
}

/** An amount of money, always with tabular numerals and two decimals. */
export function Money({ fen, size = "m", sign = "none", tone = "inherit", hidden, hiddenLabel }: Props) {
  const className = `${styles.money} ${styles[size]} ${styles[tone]}`;
  if (hidden) {
    return (
      <span className={className}>
        <span aria-hidden="true">••••••</span>
        <span className="visually-hidden">{hiddenLabel}</span>
      </span>
    );
  }
  const mark = sign === "none" ? (fen < 0 ? "−" : "") : fen < 0 ? "−" : "+";
  return (
    <span className={className}>
      {mark}
      <span className={styles.currency}>¥</span>
      {yuan(fen)}
    </span>
  );
}
