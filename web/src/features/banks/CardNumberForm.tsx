import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "@/api/client";
import { useIntentKey } from "@/api/intentKey";
import { useIsSandbox } from "@/api/session";
import type { CardBinding } from "@/api/types";
import { ErrorNote } from "@/components/ErrorNote";
import { Field } from "@/components/Field";
import { yuan } from "@/components/money";
import { SandboxHint } from "@/components/SandboxHint";
import { SubmitButton } from "@/components/SubmitButton";
import { useSubmit } from "@/components/useSubmit";
import { PhoneField } from "@/features/people/PhoneField";
import { fitsLuhn, inFours } from "./luhn";
import { banksQuery } from "./queries";
import { useBank } from "./useBank";
import styles from "./banks.module.css";

interface Props {
  holder: string;
  onSent: (binding: CardBinding) => void;
}

/** The card and the phone number the bank knows. In a sandbox a bank opens one for the asking. */
export function CardNumberForm({ holder, onSent }: Props) {
  const { t } = useTranslation("banks");
  const sandbox = useIsSandbox();
  const intentKey = useIntentKey();
  const [number, setNumber] = useState("");
  const [phone, setPhone] = useState("");
  const [gift, setGift] = useState<number | null>(null);
  const banks = useQuery(banksQuery);
  const bankOf = useBank();
  const [giver, setGiver] = useState<string | null>(null);
  const bank_code = giver ?? banks.data?.[0]?.bank_code;
  const { busy, error, submit, setError } = useSubmit();
  const digits = number.replace(/\D/g, "");
  const mistyped = digits.length >= 16 && !fitsLuhn(digits);

  const openAccount = async () => {
    setError(null);
    try {
      const account = await call(api.POST("/api/v1/sandbox/bank-accounts", { body: bank_code ? { bank_code } : null }));
      setNumber(inFours(account.card_number));
      setPhone(account.phone);
      setGift(account.balance_fen);
    } catch (refusal) {
      setError(refusal);
    }
  };
  const begin = async () => {
    const wish = { card_number: digits, phone };
    const binding = await call(
      api.POST("/api/v1/banks/card-bindings", {
        body: wish,
        headers: intentKey.headers(JSON.stringify(wish)),
      }),
    );
    intentKey.done();
    onSent(binding);
  };
  return (
    <form className={styles.form} noValidate onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void submit(begin);
      }}
    >
      <p className={styles.lead}>{t("bindLead", { holder })}</p>
      {sandbox && (
        <SandboxHint action={gift === null ? { label: t("demo.give"), onClick: openAccount } : undefined}>
          {gift === null ? (
            <>
              {t("demo.text")}
              <label className={styles.giver}>
                <span className="visually-hidden">{t("demo.bank")}</span>
                <select
                  value={bank_code}
                  onChange={(event) => {
                    setGiver(event.target.value);
                  }}
                >
                  {banks.data?.map((bank) => (
                    <option key={bank.bank_code} value={bank.bank_code}>
                      {bankOf(bank.bank_code, bank.name).name}
                    </option>
                  ))}
                </select>
              </label>
            </>
          ) : (
            t("demo.given", { amount: yuan(gift) })
          )}
        </SandboxHint>
      )}
      <Field
        label={t("number")}
        value={number}
        onChange={(text) => {
          setNumber(inFours(text.normalize("NFKC").replace(/\D/g, "").slice(0, 19)));
        }}
        inputMode="numeric"
        autoComplete="cc-number"
        required
        error={mistyped ? t("mistyped") : null}
      />
      <PhoneField value={phone} onChange={setPhone} hint={t("phoneHint")} />
      <ErrorNote error={error} />
      <SubmitButton busy={busy} disabled={digits.length < 12 || phone === ""}>
        {t("sendCode")}
      </SubmitButton>
    </form>
  );
}
