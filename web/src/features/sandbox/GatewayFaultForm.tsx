import { useId, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "@/api/client";
import type { GatewayFaultKind, GatewaySwitchboard } from "@/api/types";
import { ErrorNote } from "@/components/ErrorNote";
import { Field } from "@/components/Field";
import { SubmitButton } from "@/components/SubmitButton";
import { useSubmit } from "@/components/useSubmit";
import styles from "./sandbox.module.css";

const KINDS: readonly GatewayFaultKind[] = ["unavailable", "hang", "lost_answer", "notify_twice"];
const FIRST_METHOD = "alipay.trade.pay";

/** Which calls go wrong next, and how. */
export function GatewayFaultForm({ board, onArmed }: { board: GatewaySwitchboard; onArmed: () => Promise<unknown> }) {
  const { t } = useTranslation("sandbox");
  const [chosen, setChosen] = useState<string | null>(null);
  // Looked at again and again: an application may come only now.
  const app = board.apps.find(({ app_id }) => app_id === chosen) ?? board.apps[0];
  const [method, setMethod] = useState(FIRST_METHOD);
  const [fault, setFault] = useState<GatewayFaultKind>("unavailable");
  const [calls, setCalls] = useState("1");
  const [seconds, setSeconds] = useState("30");
  const { busy, error, submit } = useSubmit();
  const arm = () =>
    submit(async () => {
      if (!app) return;
      const body = { app_id: app.app_id, method, fault, calls: Number(calls), hang_s: Number(seconds) };
      await call(api.PUT("/api/v1/sandbox/gateway-faults", { body }));
      await onArmed();
    });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void arm();
      }}
    >
      <Choice label={t("gateway.app")} value={app?.app_id ?? ""} onChange={setChosen}>
        {board.apps.map(({ app_id, name }) => (
          <option key={app_id} value={app_id}>
            {name} · {app_id}
          </option>
        ))}
      </Choice>
      <Choice label={t("gateway.method")} value={method} onChange={setMethod}>
        {board.methods.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </Choice>
      <fieldset className={styles.kinds}>
        <legend className={styles.name}>{t("gateway.what")}</legend>
        {KINDS.map((kind) => (
          <label key={kind} className={styles.kind}>
            <input
              type="radio"
              name="fault"
              checked={kind === fault}
              onChange={() => {
                setFault(kind);
              }}
            />
            <span className={styles.kindName}>{t(`gateway.kind.${kind}`)}</span>
            <span className={styles.kindText}>{t(`gateway.text.${kind}`)}</span>
          </label>
        ))}
      </fieldset>
      <div className={styles.numbers}>
        <Field label={t("gateway.calls")} value={calls} onChange={setCalls} type="number" min={1} max={1000} required />
        {fault === "hang" && (
          <Field label={t("gateway.seconds")} value={seconds} onChange={setSeconds} type="number" min={1} max={600} required />
        )}
      </div>
      <SubmitButton busy={busy} disabled={!app}>{t("gateway.arm")}</SubmitButton>
      <ErrorNote error={error} />
    </form>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
}

function Choice({ label, value, onChange, children }: ChoiceProps) {
  const id = useId();
  return (
    <div className={styles.choice}>
      <label htmlFor={id} className={styles.name}>
        {label}
      </label>
      <select
        id={id}
        className={styles.wide}
        value={value}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      >
        {children}
      </select>
    </div>
  );
}
