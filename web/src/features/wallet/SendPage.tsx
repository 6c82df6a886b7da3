import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { api, call } from "@/api/client";
import { useIntentKey } from "@/api/intentKey";
import { usePerson } from "@/api/session";
import type { Payee } from "@/api/types";
import { ErrorNote } from "@/components/ErrorNote";
import { Field } from "@/components/Field";
import { ListCard, ListRow } from "@/components/ListCard";
import { fenOf, yuan } from "@/components/money";
import { withNext } from "@/components/next";
import { PageShell } from "@/components/PageShell";
import { PayPasswordSheet } from "@/components/PayPasswordSheet";
import { SubmitButton } from "@/components/SubmitButton";
import { useSubmit } from "@/components/useSubmit";
import { useMoneyMoved } from "./queries";
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
          <Field
            label={t("send.phone")}
            value={phone}
            onChange={setPhone}
            inputMode="tel"
            autoComplete="off"
            maxLength={20}
            start="+86"
            hint={t("send.phoneHint")}
          />
          <ErrorNote error={error} />
          <SubmitButton busy={busy} disabled={phone.trim() === ""}>
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
  const person = usePerson();
  const navigate = useNavigate();
  const moneyMoved = useMoneyMoved();
  const intentKey = useIntentKey();
  const [amount, setAmount] = useState("");
  const [note, setNote] = useState("");
  const [asking, setAsking] = useState(false);
  const fen = fenOf(amount);
  const ask = () => {
    if (person.has_pay_password) setAsking(true);
    else void navigate(withNext("/me/pay-password", `/send?phone=${encodeURIComponent(phone)}`));
  };
  const confirm = async (pay_password: string) => {
    if (fen === null) return;
    const wish = { phone, amount_fen: fen, note };
    const sent = await call(
      api.POST("/api/v1/wallet/transfers", {
        body: { ...wish, pay_password },
        headers: intentKey.headers(JSON.stringify(wish)),
      }),
    );
    intentKey.done();
    setAsking(false);
    void moneyMoved();
    await navigate(`/send/${sent.transfer_id}`, { replace: true });
  };
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (fen) ask();
      }}
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
      <Field
        big
        label={t("send.amount")}
        value={amount}
        onChange={setAmount}
        inputMode="decimal"
        autoComplete="off"
        placeholder="0.00"
        maxLength={13}
        start="¥"
        error={amount !== "" && fen === null ? t("topUpPage.notAnAmount") : null}
      />
      <Field label={t("send.note")} value={note} onChange={setNote} autoComplete="off" maxLength={NOTE_CHARS_MAX} />
      <SubmitButton disabled={!fen}>{t("send.next")}</SubmitButton>
      <PayPasswordSheet
        open={asking}
        onClose={() => {
          setAsking(false);
        }}
        onConfirm={confirm}
        amountFen={fen ?? 0}
        purpose={t("send.purpose", { name: payee.name_masked, phone: payee.phone_masked, amount: yuan(fen ?? 0) })}
      />
    </form>
  );
}
