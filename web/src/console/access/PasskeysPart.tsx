import { startRegistration } from "@simplewebauthn/browser";
import { Button, Input, Popconfirm } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useTimeWords } from "@/components/time";
import { useSubmit } from "@/components/useSubmit";
import { Failure, Part } from "../Page";
import { ask, useKeepAccount, type Account } from "../session";
import styles from "../console.module.css";
import { optionsOf, withoutCancelling } from "./passkey";

export function PasskeysPart({ account, possible }: { account: Account; possible: boolean }) {
  const { t } = useTranslation("console");
  const words = useTimeWords();
  const keep = useKeepAccount();
  const { busy, error, submit } = useSubmit();
  const [label, setLabel] = useState("");
  const add = () =>
    submit(() =>
      withoutCancelling(async () => {
        const { options } = await ask(api.POST("/api/v1/console/passkey-options"));
        const made = await startRegistration({ optionsJSON: optionsOf(options) });
        const name = label.trim() || t("security.passkeyName");
        keep(await ask(api.POST("/api/v1/console/passkeys", { body: { label: name, credential: { ...made } } })));
        setLabel("");
      }),
    );
  const forget = (passkeyId: string) =>
    submit(async () => {
      const params = { path: { passkey_id: passkeyId } };
      keep(await ask(api.DELETE("/api/v1/console/passkeys/{passkey_id}", { params })));
    });
  return (
    <Part title={t("security.passkeys")} lead={t("security.passkeysLead")}>
      <div className={styles.list}>
        {account.passkeys.map((each) => (
          <div key={each.passkey_id} className={styles.item}>
            <span>
              <strong>{each.label}</strong>
              <span className={styles.quiet}>
                {each.used_at
                  ? t("security.usedAt", { at: words.moment(each.used_at) })
                  : t("security.madeAt", { at: words.moment(each.created_at) })}
              </span>
            </span>
            <Popconfirm
              title={t("security.forgetPasskey")}
              okText={t("security.forget")}
              onConfirm={() => void forget(each.passkey_id)}
            >
              <Button disabled={busy}>{t("security.forget")}</Button>
            </Popconfirm>
          </div>
        ))}
        <Failure error={error} />
        {possible ? (
          <div className={styles.row}>
            <Input
              aria-label={t("security.passkeyLabel")}
              placeholder={t("security.passkeyLabel")}
              value={label}
              maxLength={40}
              style={{ maxWidth: 280 }}
              onChange={(event) => {
                setLabel(event.target.value);
              }}
            />
            <Button type="primary" loading={busy} onClick={() => void add()}>
              {t("security.addPasskey")}
            </Button>
          </div>
        ) : (
          <p className={styles.note}>{t("security.passkeysImpossible")}</p>
        )}
      </div>
    </Part>
  );
}
