import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useIntentKey } from "@/api/intentKey";
import { usePerson } from "@/api/session";
import { Field } from "@/components/Field";
import { fenOf } from "@/components/money";
import { withNext } from "@/components/next";
import { PayPasswordSheet } from "@/components/PayPasswordSheet";
import { SubmitButton } from "@/components/SubmitButton";
import { useMoneyMoved } from "./queries";
import styles from "./wallet.module.css";

interface FormProps<Wish> {
  /** What is to be done, in the API's words; null while it can't be. */
  wish: Wish | null;
  /** Does it, and says where its result is shown. */
  move: (command: Wish & { pay_password: string }, headers: { "Idempotency-Key": string }) => Promise<string>;
  /** On the button that leads to the pay password. */
  next: string;
  /** On the sheet that asks for the pay password. */
  purpose: string;
  /** Where to come back to when a pay password has to be set first. */
  here: string;
  children: ReactNode;
}

/** Moving money out of or into the balance: what is asked before, the pay password, off to the result. */
export function MoneyForm<Wish extends { amount_fen: number }>(props: FormProps<Wish>) {
  const { wish, move, next, purpose, here, children } = props;
  const person = usePerson();
  const navigate = useNavigate();
  const moneyMoved = useMoneyMoved();
  const intentKey = useIntentKey();
  // Kept as it was when the sheet opened: what moves doesn't change, or go, under somebody's thumb.
  const [asked, setAsked] = useState<{ wish: Wish; purpose: string } | null>(null);

  const ask = (wish: Wish) => {
    if (person.has_pay_password) setAsked({ wish, purpose });
    else void navigate(withNext("/me/pay-password", here));
  };
  const confirm = async (pay_password: string) => {
    if (asked === null) return;
    const { wish } = asked;
    const result = await move({ ...wish, pay_password }, intentKey.headers(JSON.stringify(wish)));
    intentKey.done();
    setAsked(null);
    void moneyMoved();
    await navigate(result, { replace: true });
  };
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (wish) ask(wish);
      }}
    >
      {children}
      <SubmitButton disabled={!wish}>{next}</SubmitButton>
      <PayPasswordSheet
        open={asked !== null}
        onClose={() => {
          setAsked(null);
        }}
        onConfirm={confirm}
        amountFen={asked?.wish.amount_fen}
        purpose={asked?.purpose}
      />
    </form>
  );
}

interface AmountProps {
  label: string;
  value: string;
  onChange: (amount: string) => void;
  hint?: string;
  /** What is wrong with an amount that is one. */
  error?: string | null;
}

/** How much, in yuan; says when it isn't an amount. */
export function AmountField({ error = null, ...field }: AmountProps) {
  const { t } = useTranslation("wallet");
  const mistyped = field.value !== "" && fenOf(field.value) === null;
  return (
    <Field
      {...field}
      big
      inputMode="decimal"
      autoComplete="off"
      placeholder="0.00"
      maxLength={13}
      start="¥"
      error={mistyped ? t("topUpPage.notAnAmount") : error}
    />
  );
}
