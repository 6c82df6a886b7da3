import { Input } from "antd";
import { useTranslation } from "react-i18next";
import styles from "../console.module.css";

/** Six digits of an authenticator app. */
export function CodeInput({ value, onChange }: { value: string; onChange: (code: string) => void }) {
  const { t } = useTranslation("console");
  return (
    <div className={styles.field}>
      <label htmlFor="code">{t("code")}</label>
      <Input
        id="code"
        value={value}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={6}
        placeholder="000000"
        onChange={(event) => {
          onChange(event.target.value.normalize("NFKC").replace(/\D/g, ""));
        }}
      />
    </div>
  );
}
