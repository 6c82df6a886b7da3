import { useEffect, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./Icon";
import styles from "./SixDigits.module.css";

interface Props {
  value: string;
  onChange: (value: string) => void;
  /** Called once with all six. */
  onFull: (value: string) => void;
  label: string;
  disabled?: boolean;
  wrong?: boolean;
  describedBy?: string;
}

const LENGTH = 6;
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

/**
 * Six digits, shown as dots, by a number pad on the screen. A real input lies over the dots, so that
 * a keyboard, pasting and screen readers work as everywhere; `inputMode` none keeps the phone's own
 * keyboard away from ours.
 */
export function SixDigits({ value, onChange, onFull, label, disabled = false, wrong, describedBy }: Props) {
  const { t } = useTranslation();
  const own = useRef<HTMLInputElement>(null);
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  }, [value]);
  useEffect(() => {
    if (!disabled) own.current?.focus({ preventScroll: true });
  }, [disabled]);

  const take = (text: string) => {
    if (disabled) return;
    const digits = text.normalize("NFKC").replace(/\D/g, "").slice(0, LENGTH);
    const before = latest.current;
    latest.current = digits;
    onChange(digits);
    if (digits.length === LENGTH && before.length < LENGTH) onFull(digits);
  };
  return (
    <div>
      <div className={`${styles.cells} ${wrong ? styles.wrong : ""}`}>
        {Array.from({ length: LENGTH }, (_, place) => (
          <span key={place} aria-hidden="true" className={`${styles.cell} ${place === value.length ? styles.next : ""}`}>
            {place < value.length && <span className={styles.dot} />}
          </span>
        ))}
        <input
          ref={own}
          className={styles.input}
          type="password"
          inputMode="none"
          autoComplete="off"
          maxLength={LENGTH}
          value={value}
          readOnly={disabled}
          onChange={(event) => {
            take(event.target.value);
          }}
          aria-label={label}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={describedBy}
        />
      </div>
      <div className={styles.pad} role="group" aria-label={t("numberPad")}>
        {KEYS.map((digit) => (
          <PadKey key={digit} label={digit} disabled={disabled} onPress={() => { take(latest.current + digit); }}>
            {digit}
          </PadKey>
        ))}
        <span />
        <PadKey label="0" disabled={disabled} onPress={() => { take(`${latest.current}0`); }}>
          0
        </PadKey>
        <PadKey label={t("deleteDigit")} disabled={disabled} quiet onPress={() => { take(latest.current.slice(0, -1)); }}>
          <Icon name="backspace" />
        </PadKey>
      </div>
    </div>
  );
}

interface KeyProps {
  label: string;
  disabled: boolean;
  quiet?: boolean;
  onPress: () => void;
  children: ReactNode;
}

function PadKey({ label, disabled, quiet, onPress, children }: KeyProps) {
  return (
    <button type="button" className={`${styles.key} ${quiet ? styles.quiet : ""}`} aria-label={label} disabled={disabled} onClick={onPress}>
      {children}
    </button>
  );
}
