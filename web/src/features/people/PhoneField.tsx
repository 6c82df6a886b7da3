import { useTranslation } from "react-i18next";
import { Field } from "@/components/Field";

interface Props {
  value: string;
  onChange: (phone: string) => void;
  hint?: string;
  /** Whose it is, when it isn't one's own; nothing is filled in then. */
  label?: string;
}

/** A mainland mobile number; spaces that a phone's autofill puts in are taken out again. */
export function PhoneField({ value, onChange, hint, label }: Props) {
  const { t } = useTranslation("people");
  return (
    <Field
      label={label ?? t("phone")}
      value={value}
      onChange={(text) => {
        onChange(text.replace(/[\s-]/g, ""));
      }}
      type="tel"
      inputMode="numeric"
      autoComplete={label ? "off" : "tel-national"}
      name="phone"
      maxLength={20}
      required
      start="+86"
      hint={hint}
    />
  );
}
