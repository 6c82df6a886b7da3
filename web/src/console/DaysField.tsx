import { DatePicker } from "antd";
import { useTranslation } from "react-i18next";
import type { Days } from "./trades/queries";

/** China's days, from one to another; both empty: the last thirty. */
export function DaysField({ value, onChange }: { value: Days; onChange: (days: Days) => void }) {
  const { t } = useTranslation("console");
  return (
    <>
      <DayField
        label={t("from")}
        onChange={(day) => {
          onChange({ ...value, first_day: day });
        }}
      />
      <DayField
        label={t("to")}
        onChange={(day) => {
          onChange({ ...value, last_day: day });
        }}
      />
    </>
  );
}

/** One day, "2026-11-28"; undefined: none. */
export function DayField({ label, onChange }: { label: string; onChange: (day: string | undefined) => void }) {
  return (
    <DatePicker
      aria-label={label}
      placeholder={label}
      format="YYYY-MM-DD"
      onChange={(_, text) => {
        onChange((Array.isArray(text) ? text[0] : text) || undefined);
      }}
      style={{ width: 160 }}
    />
  );
}
