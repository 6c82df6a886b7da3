import type { ReactNode } from "react";
import { Link } from "react-router";
import { Icon, type IconName } from "./Icon";
import styles from "./ListCard.module.css";

interface CardProps {
  title?: string;
  /** Beside the title, e.g. a link to all of them. */
  more?: ReactNode;
  children: ReactNode;
}

/** A white card with a heading and rows. */
export function ListCard({ title, more, children }: CardProps) {
  return (
    <section className={styles.card}>
      {title && (
        <div className={styles.head}>
          <h2 className={styles.title}>{title}</h2>
          {more}
        </div>
      )}
      {children}
    </section>
  );
}

interface RowProps {
  icon?: IconName;
  tone?: "brand" | "good" | "bad" | "quiet";
  title: ReactNode;
  text?: ReactNode;
  value?: ReactNode;
  note?: ReactNode;
  /** Makes the row a link. */
  to?: string;
  /** Leaves the arrow out, where the words need the room and all rows lead on. */
  bare?: boolean;
  /** Makes the row a button. */
  onClick?: () => void;
}

/** One row: a link when it leads somewhere, a button when it does something, else plain text. */
export function ListRow({ icon, tone = "brand", title, text, value, note, to, bare, onClick }: RowProps) {
  const inside = (
    <>
      {icon && (
        <span className={`${styles.icon} ${styles[tone]}`}>
          <Icon name={icon} size={22} />
        </span>
      )}
      <span className={styles.words}>
        <span className={styles.name}>{title}</span>
        {text && <span className={styles.text}>{text}</span>}
      </span>
      {(value !== undefined || note) && (
        <span className={styles.values}>
          <span>{value}</span>
          {note && <span className={styles.text}>{note}</span>}
        </span>
      )}
      {!bare && (to ?? onClick) && (
        <span className={styles.chevron}>
          <Icon name="forward" size={16} />
        </span>
      )}
    </>
  );
  if (to) return <Link to={to} className={`${styles.row} ${styles.active}`}>{inside}</Link>;
  if (onClick) return <button type="button" onClick={onClick} className={`${styles.row} ${styles.active}`}>{inside}</button>;
  return <div className={styles.row}>{inside}</div>;
}
