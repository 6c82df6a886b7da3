import type { InputHTMLAttributes } from "react";
import { Icon } from "./Icon";
import styles from "./SearchField.module.css";

interface Props extends Omit<InputHTMLAttributes<HTMLInputElement>, "onChange" | "className"> {
  label: string;
  value: string;
  onChange: (text: string) => void;
  /** What the cross is called that empties it. */
  emptyLabel: string;
}

/** A box to search with: a lens, the words, a cross while there are any. */
export function SearchField({ label, value, onChange, emptyLabel, ...input }: Props) {
  return (
    <div className={styles.box}>
      <Icon name="search" size={20} />
      <input
        {...input}
        className={styles.input}
        aria-label={label}
        autoComplete="off"
        value={value}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
      {value !== "" && (
        <button
          type="button"
          className={styles.clear}
          aria-label={emptyLabel}
          onClick={() => {
            onChange("");
          }}
        >
          <Icon name="cross" size={18} />
        </button>
      )}
    </div>
  );
}
