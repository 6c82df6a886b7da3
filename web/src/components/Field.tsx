import { useId, type InputHTMLAttributes, type ReactNode } from "react";
import styles from "./Field.module.css";

interface Props extends Omit<InputHTMLAttributes<HTMLInputElement>, "onChange" | "id"> {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: ReactNode;
  error?: string | null;
  /** Inside the box at its end: a button, a mark. */
  end?: ReactNode;
  /** Inside the box at its beginning, e.g. "+86". */
  start?: ReactNode;
  big?: boolean;
}

/** A labelled input with its hint and its error, tied together for screen readers. */
export function Field({ label, value, onChange, hint, error, end, start, big, ...input }: Props) {
  const id = useId();
  const notes = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <div className={`${styles.box} ${big ? styles.big : ""} ${error ? styles.wrong : ""}`}>
        {start && <span className={styles.start}>{start}</span>}
        <input
          {...input}
          id={id}
          value={value}
          onChange={(event) => {
            onChange(event.target.value);
          }}
          aria-invalid={error ? true : undefined}
          aria-describedby={notes || undefined}
          className={styles.input}
        />
        {end}
      </div>
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
    </div>
  );
}
