import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { api, call } from "@/api/client";
import type { Payee } from "@/api/types";
import { ErrorNote } from "@/components/ErrorNote";
import { Field } from "@/components/Field";
import { ListCard, ListRow } from "@/components/ListCard";
import { fenOf } from "@/components/money";
import { PageShell } from "@/components/PageShell";
import { SubmitButton } from "@/components/SubmitButton";
import { useSubmit } from "@/components/useSubmit";
import { PhoneField } from "@/features/people/PhoneField";
import { AmountField, MoneyForm } from "./MoneyForm";
import styles from "./wallet.module.css";

const NOTE_CHARS_MAX = 50;

/** Sending money: a number, whose it is, how much, the pay password. */
export function SendPage() {
  const { t } = useTranslation("wallet");
  const [search] = useSearchParams();
  const [phone, setPhone] = useState(search.get("phone") ?? "");
  const [payee, setPayee] = useState<Payee | null>(null);
  const { busy, error, submit } = useSubmit();
  const find = () =>
    submit(async () => {
      setPayee(await call(api.POST("/api/v1/wallet/payees", { body: { phone } })));
    });
  return (
    <PageShell title={t("send.title")} back="/">
      {payee ? (
        <SendForm
          phone={phone}
          payee={payee}
          onOther={() => {
            setPayee(null);
          }}
        />
      ) : (
        <form
          className={styles.form}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void find();
          }}
        >
          <PhoneField label={t("send.phone")} value={phone} onChange={setPhone} hint={t("send.phoneHint")} />
          <ErrorNote error={error} />
          <SubmitButton busy={busy} disabled={phone === ""}>
            {t("send.find")}
          </SubmitButton>
        </form>
      )}
    </PageShell>
  );
}

interface FormProps {
  phone: string;
  payee: Payee;
  onOther: () => void;
}

function SendForm({ phone, payee, onOther }: FormProps) {
  const { t } = useTranslation("wallet");
  const [amount, setAmount] = useState("");
  const [note, setNote] = useState("");
  const fen = fenOf(amount);
  return (
    <MoneyForm
      wish={fen ? { phone, amount_fen: fen, note } : null}
      move={async (body, headers) => {
        const sent = await call(api.POST("/api/v1/wallet/transfers", { body, headers }));
        return `/send/${sent.transfer_id}`;
      }}
      next={t("send.next")}
      purpose={t("send.purpose", { name: payee.name_masked, phone: payee.phone_masked })}
      here={`/send?phone=${encodeURIComponent(phone)}`}
    >
      <ListCard>
        <ListRow
          icon="me"
          title={payee.name_masked}
          text={payee.has_real_name ? payee.phone_masked : t("send.unnamed")}
          value={
            <button type="button" className={styles.other} onClick={onOther}>
              {t("send.other")}
            </button>
          }
        />
      </ListCard>
      <AmountField label={t("send.amount")} value={amount} onChange={setAmount} />
      <Field label={t("send.note")} value={note} onChange={setNote} autoComplete="off" maxLength={NOTE_CHARS_MAX} />
    </MoneyForm>
  );
}
