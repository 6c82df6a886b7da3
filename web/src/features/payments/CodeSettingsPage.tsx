import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, call } from "@/api/client";
import { usePerson } from "@/api/session";
import type { CodeDevice, Unasked } from "@/api/types";
import { Confirm } from "@/components/Confirm";
import { ErrorNote } from "@/components/ErrorNote";
import { Icon } from "@/components/Icon";
import { ListCard, ListRow } from "@/components/ListCard";
import { yuan } from "@/components/money";
import { withNext } from "@/components/next";
import { notify } from "@/components/notify";
import { PageShell } from "@/components/PageShell";
import { PayPasswordSheet } from "@/components/PayPasswordSheet";
import { Segments } from "@/components/Segments";
import { Skeletons } from "@/components/Skeletons";
import { SubmitButton } from "@/components/SubmitButton";
import { useTimeWords } from "@/components/time";
import { canMakeCodes, enrol, forgetDevice, keptOf } from "./offline/kept";
import { codeDevicesQuery, unaskedQuery } from "./queries";
import styles from "./payCode.module.css";

const HERE = "/me/pay-code";
const PAYMENT_YUAN = [0, 100, 200, 500, 1000];
const DAY_YUAN = [500, 1000, 2000, 5000];

/** Which phones make pay codes by themselves, and how much those may pay without asking. */
export function CodeSettingsPage() {
  const { t } = useTranslation("payments");
  const person = usePerson();
  const navigate = useNavigate();
  const kept = useQuery(keptOf(person.user_no));
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const turnOn = async () => {
    if (person.has_pay_password) setAsking(true);
    else await navigate(withNext("/me/pay-password", HERE));
  };
  return (
    <PageShell title={t("settings.title")} back="/pay-code">
      {kept.isSuccess && !kept.data && (
        <section className={styles.card}>
          <p className={styles.lead}>{t("settings.lead")}</p>
          {canMakeCodes() ? (
            <SubmitButton onClick={turnOn}>{t("settings.turnOn")}</SubmitButton>
          ) : (
            <p className={styles.offline} role="status">
              <Icon name="info" size={18} />
              {t("settings.insecure")}
            </p>
          )}
        </section>
      )}
      <Limits />
      <Devices />
      <PayPasswordSheet
        open={asking}
        onClose={() => {
          setAsking(false);
        }}
        purpose={t("settings.purpose")}
        onConfirm={async (payPassword) => {
          await enrol(person.user_no, payPassword);
          setAsking(false);
          void client.invalidateQueries({ queryKey: codeDevicesQuery.queryKey });
          await navigate("/pay-code");
        }}
      />
    </PageShell>
  );
}

function Limits() {
  const unasked = useQuery(unaskedQuery);
  if (unasked.isError) return <ErrorNote error={unasked.error} onRetry={() => unasked.refetch()} />;
  if (!unasked.data) return <Skeletons height={220} />;
  return <LimitsForm key={`${unasked.data.payment_fen} ${unasked.data.day_fen}`} unasked={unasked.data} />;
}

/** One of the usual sums, and whatever is set now. */
function choices(usual: readonly number[], nowFen: number): string[] {
  const all = new Set([...usual.map((sum) => sum * 100), nowFen]);
  return [...all].sort((a, b) => a - b).map(String);
}

function LimitsForm({ unasked }: { unasked: Unasked }) {
  const { t } = useTranslation("payments");
  const client = useQueryClient();
  const [payment, setPayment] = useState(String(unasked.payment_fen));
  const [day, setDay] = useState(String(unasked.day_fen));
  const [asking, setAsking] = useState(false);
  const label = (fen: string) => (fen === "0" ? t("settings.ask") : `¥${yuan(Number(fen)).replace(/\.00$/, "")}`);
  const options = (usual: readonly number[], now: number) =>
    choices(usual, now).map((value) => ({ value, label: label(value) }));
  const changed = Number(payment) !== unasked.payment_fen || Number(day) !== unasked.day_fen;
  const day_fen = Math.max(Number(day), Number(payment));
  return (
    <ListCard title={t("settings.unasked")}>
      <div className={styles.limits}>
        <p className={styles.note}>{t("settings.unaskedText", { spent: yuan(unasked.spent_fen) })}</p>
        <p className={styles.limitName}>{t("settings.payment")}</p>
        <Segments
          label={t("settings.payment")}
          value={payment}
          onChange={setPayment}
          options={options(PAYMENT_YUAN, unasked.payment_fen)}
        />
        <p className={styles.limitName}>{t("settings.day")}</p>
        <Segments label={t("settings.day")} value={day} onChange={setDay} options={options(DAY_YUAN, unasked.day_fen)} />
        <SubmitButton
          kind="outline"
          disabled={!changed}
          onClick={() => {
            setAsking(true);
            return Promise.resolve();
          }}
        >
          {t("settings.save")}
        </SubmitButton>
      </div>
      <PayPasswordSheet
        open={asking}
        onClose={() => {
          setAsking(false);
        }}
        purpose={t("settings.unasked")}
        onConfirm={async (pay_password) => {
          const body = { payment_fen: Number(payment), day_fen, pay_password };
          const saved = await call(api.PUT("/api/v1/pay-code-limits", { body }));
          setAsking(false);
          client.setQueryData(unaskedQuery.queryKey, saved);
          notify(t("settings.saved"));
        }}
      />
    </ListCard>
  );
}

function Devices() {
  const { t } = useTranslation("payments");
  const words = useTimeWords();
  const client = useQueryClient();
  const devices = useQuery(codeDevicesQuery);
  const [leaving, setLeaving] = useState<CodeDevice | null>(null);
  const name = (device: CodeDevice) => device.name || t("settings.unknown");
  if (!devices.data || devices.data.length === 0) return null;
  return (
    <ListCard title={t("settings.devices")}>
      <ul>
        {devices.data.map((device) => (
          <li key={device.device_id}>
            <ListRow
              icon="phone"
              tone={device.is_this ? "brand" : "quiet"}
              title={name(device)}
              text={t("settings.since", { at: words.moment(device.enrolled_at) })}
              value={t("settings.turnOff")}
              onClick={() => {
                setLeaving(device);
              }}
            />
          </li>
        ))}
      </ul>
      <Confirm
        open={leaving !== null}
        title={t("settings.question", { name: leaving ? name(leaving) : "" })}
        text={t("settings.questionText")}
        yes={t("settings.turnOff")}
        danger
        onYes={async () => {
          if (!leaving) return;
          const { device_id } = leaving;
          await call(api.DELETE("/api/v1/pay-code-devices/{device_id}", { params: { path: { device_id } } }));
          if (leaving.is_this) await forgetDevice();
          await client.invalidateQueries({ queryKey: codeDevicesQuery.queryKey });
        }}
        onClose={() => {
          setLeaving(null);
        }}
      />
    </ListCard>
  );
}
