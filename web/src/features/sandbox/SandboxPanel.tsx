import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, call } from "@/api/client";
import { sessionQuery } from "@/api/session";
import type { BankFault, Fault } from "@/api/types";
import { ErrorNote } from "@/components/ErrorNote";
import { SubmitButton } from "@/components/SubmitButton";
import { useTimeWords } from "@/components/time";
import { useBank } from "@/features/banks/useBank";
import { ServerTime } from "./ServerTime";
import styles from "./sandbox.module.css";

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;
const FAULTS: readonly Fault[] = ["none", "slow", "silent", "duplicate", "refuse", "down"];

/** The sandbox's switches: its clock and how each of its banks behaves. */
export function SandboxPanel() {
  const { t } = useTranslation("sandbox");
  return (
    <section className={styles.panel} aria-labelledby="sandbox-title">
      <h2 id="sandbox-title" className={styles.title}>
        {t("title")}
      </h2>
      <ClockSwitch />
      <FaultSwitch />
      <p className={styles.links}>
        <Link to="/sandbox">{t("gateway.link")}</Link>
        <a href="/api/docs">{t("apiDocs")}</a>
      </p>
    </section>
  );
}

function ClockSwitch() {
  const { t } = useTranslation("sandbox");
  const words = useTimeWords();
  const client = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const clock = useQuery({
    queryKey: ["sandbox", "clock"],
    queryFn: () => call(api.GET("/api/v1/sandbox/clock")),
  });
  const offset = clock.data?.offset_s ?? 0;
  const move = (offset_s: number) => async () => {
    setError(null);
    try {
      await call(api.PUT("/api/v1/sandbox/clock", { body: { offset_s } }));
      await client.fetchQuery({ ...sessionQuery, staleTime: 0 });
      await client.invalidateQueries();
    } catch (refusal) {
      setError(refusal);
    }
  };
  return (
    <div className={styles.part}>
      <h3 className={styles.name}>{t("clock.name")}</h3>
      <p className={styles.now}>
        <ServerTime format={words.full} />
        <span className={styles.offset}>{offset === 0 ? t("clock.real") : t(offset > 0 ? "clock.ahead" : "clock.behind", { duration: duration(offset, t) })}</span>
      </p>
      <div className={styles.buttons}>
        <SubmitButton kind="outline" size="small" block={false} onClick={move(offset + 20 * MINUTE_S)}>
          {t("clock.plus20")}
        </SubmitButton>
        <SubmitButton kind="outline" size="small" block={false} onClick={move(offset + DAY_S)}>
          {t("clock.plusDay")}
        </SubmitButton>
        <SubmitButton kind="quiet" size="small" block={false} disabled={offset === 0} onClick={move(0)}>
          {t("clock.reset")}
        </SubmitButton>
      </div>
      <ErrorNote error={error ?? clock.error} />
    </div>
  );
}

/** 87,600 seconds as "1 d 20 min": only the parts that are there. */
function duration(seconds: number, t: TFunction<"sandbox">): string {
  const whole = Math.abs(seconds);
  const parts = [
    { word: "clock.days", count: Math.floor(whole / DAY_S) },
    { word: "clock.hours", count: Math.floor(whole / HOUR_S) % 24 },
    { word: "clock.minutes", count: Math.floor(whole / MINUTE_S) % 60 },
  ] as const;
  return parts
    .filter(({ count }) => count > 0)
    .map(({ word, count }) => t(word, { count }))
    .join(" ");
}

function FaultSwitch() {
  const { t } = useTranslation("sandbox");
  const client = useQueryClient();
  const bankOf = useBank();
  const [error, setError] = useState<unknown>(null);
  const queryKey = ["sandbox", "bank-faults"];
  const faults = useQuery({
    queryKey,
    queryFn: () => call(api.GET("/api/v1/sandbox/bank-faults")),
  });
  // The switch moves at once, and back again when the server has it otherwise.
  const choose = async (bank_code: string, fault: Fault) => {
    setError(null);
    client.setQueryData<BankFault[]>(queryKey, (old) =>
      old?.map((one) => (one.bank_code === bank_code ? { ...one, fault } : one)),
    );
    try {
      await call(api.PUT("/api/v1/sandbox/bank-faults", { body: { bank_code, fault } }));
    } catch (refusal) {
      setError(refusal);
    }
    await client.invalidateQueries({ queryKey });
  };
  return (
    <div className={styles.part}>
      <h3 className={styles.name}>{t("fault.name")}</h3>
      {faults.data?.map(({ bank_code, fault }) => (
        <label key={bank_code} className={styles.bank}>
          <span>{bankOf(bank_code, bank_code).name}</span>
          <select
            className={fault === "none" ? styles.select : `${styles.select} ${styles.faulty}`}
            value={fault}
            onChange={(event) => void choose(bank_code, event.target.value as Fault)}
          >
            {FAULTS.map((one) => (
              <option key={one} value={one}>
                {t(`fault.${one}`)}
              </option>
            ))}
          </select>
        </label>
      ))}
      <ErrorNote error={error ?? faults.error} />
    </div>
  );
}
