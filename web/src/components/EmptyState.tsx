import type { ReactNode } from "react";
import { Drawing, type DrawingName } from "./Drawing";
import styles from "./EmptyState.module.css";

interface Props {
  drawing: DrawingName;
  title: string;
  text?: string;
  /** The next step: a button or a link. */
  action?: ReactNode;
}

/** Nothing here yet: a drawing, why, and what to do about it. */
export function EmptyState({ drawing, title, text, action }: Props) {
  return (
    <div className={styles.empty}>
      <Drawing name={drawing} />
      <p className={styles.title}>{title}</p>
      {text && <p className={styles.text}>{text}</p>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  );
}
