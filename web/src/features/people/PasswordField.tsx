import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Field } from "@/components/Field";
import { Icon } from "@/components/Icon";
import styles from "./people.module.css";

interface Props {
  value: string;
  onChange: (password: string) => void;
  label: string;
  autoComplete: "current-password" | "new-password";
  hint?: string;
}

/** A login password with an eye to look at what was typed. */
export function PasswordField({ value, onChange, label, autoComplete, hint }: Props) {
  const { t } = useTranslation("people");
  const [shown, setShown] = useState(false);
  return (
    <Field
      label={label}
      value={value}
      onChange={onChange}
      type={shown ? "text" : "password"}
      autoComplete={autoComplete}
      name="password"
      maxLength={64}
      required
      hint={hint}
      end={
        <button
          type="button"
          className={styles.inField}
          aria-pressed={shown}
          aria-label={t("showPassword")}
          onClick={() => {
            setShown(!shown);
          }}
        >
          <Icon name={shown ? "eye" : "eyeOff"} size={20} />
        </button>
      }
    />
  );
}
