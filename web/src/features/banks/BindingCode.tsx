import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "@/api/client";
import type { Card, CardBinding } from "@/api/types";
import { ErrorNote } from "@/components/ErrorNote";
import { Field } from "@/components/Field";
import { SandboxHint } from "@/components/SandboxHint";
import { SubmitButton } from "@/components/SubmitButton";
import { useSubmit } from "@/components/useSubmit";
import styles from "./banks.module.css";

interface Props {
  binding: CardBinding;
  onBound: (card: Card) => Promise<void>;
  onBack: () => void;
}

/** The code that the bank sent to the phone it knows. */
export function BindingCode({ binding, onBound, onBack }: Props) {
  const { t } = useTranslation("banks");
  const [code, setCode] = useState("");
  const { busy, error, submit } = useSubmit();
  const confirm = async () => {
    const card = await call(
      api.POST("/api/v1/banks/card-bindings/{binding_id}/confirm", {
        params: { path: { binding_id: binding.binding_id } },
        body: { code },
      }),
    );
    await onBound(card);
  };
  return (
    <form className={styles.form} noValidate onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void submit(confirm);
      }}
    >
      <p className={styles.lead}>{t("codeLead", { bank: binding.bank_name, last4: binding.last4 })}</p>
      <Field
        label={t("code")}
        value={code}
        onChange={(text) => {
          setCode(text.replace(/\s/g, ""));
        }}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={6}
        required
      />
      {binding.sandbox_code && (
        <SandboxHint
          action={{
            label: t("fillIn"),
            onClick: () => {
              setCode(binding.sandbox_code ?? "");
            },
          }}
        >
          {t("sandboxCode")} <strong>{binding.sandbox_code}</strong>
        </SandboxHint>
      )}
      <ErrorNote error={error} />
      <SubmitButton busy={busy} disabled={code === ""}>
        {t("confirm")}
      </SubmitButton>
      <SubmitButton
        kind="quiet"
        onClick={() => {
          onBack();
          return Promise.resolve();
        }}
      >
        {t("changeNumber")}
      </SubmitButton>
    </form>
  );
}
