import { useQueryClient } from "@tanstack/react-query";
import { App as Antd, Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useSubmit } from "@/components/useSubmit";
import { Copyable, Failure, Part } from "../Page";
import { ask, type ConsoleApp } from "../session";
import styles from "../console.module.css";
import { appsQuery } from "./queries";
import { canMakeKeys, download, makeKeyPair, type KeyPair } from "./rsa";

/** The application's public key: the one there is, another one by hand, or a pair made here. */
export function KeyPart({ app }: { app: ConsoleApp }) {
  const { t } = useTranslation("console");
  const client = useQueryClient();
  const { modal } = Antd.useApp();
  const { busy, error, submit } = useSubmit();
  const [text, setText] = useState<string | null>(null);
  const [made, setMade] = useState<KeyPair | null>(null);

  const pkcs8Name = `${app.app_id}-private-key-pkcs8.pem`;

  const put = async (publicKey: string) => {
    const params = { path: { app_id: app.app_id } };
    await ask(api.PUT("/api/v1/console/apps/{app_id}/public-key", { params, body: { public_key: publicKey } }));
    await client.invalidateQueries({ queryKey: appsQuery.queryKey });
  };
  const upload = () =>
    submit(async () => {
      await put(text ?? "");
      setText(null);
      setMade(null);
    });
  const make = () =>
    submit(async () => {
      const pair = await makeKeyPair();
      // First the file: a key that is in use and that nobody has would lock its owner out.
      download(pkcs8Name, pair.pkcs8);
      await put(pair.publicKey);
      setMade(pair);
    });
  const askBefore = () => {
    modal.confirm({
      title: t("apps.makeTitle"),
      content: t("apps.makeText"),
      okText: t("apps.makeGo"),
      onOk: make,
    });
  };
  return (
    <Part title={t("apps.key")} lead={t("apps.keyLead")}>
      <Copyable label={t("apps.publicKey")} text={app.public_key} />
      <Failure error={error} />
      {made && (
        <div className={styles.done} role="status">
          <p>{t("apps.made")}</p>
          <div className={styles.row} style={{ marginTop: 8 }}>
            <Button
              onClick={() => {
                download(pkcs8Name, made.pkcs8);
              }}
            >
              {t("apps.pkcs8")}
            </Button>
            <Button
              onClick={() => {
                download(`${app.app_id}-private-key-pkcs1.pem`, made.pkcs1);
              }}
            >
              {t("apps.pkcs1")}
            </Button>
          </div>
        </div>
      )}
      {text === null ? (
        <div className={styles.row} style={{ marginTop: 16 }}>
          <Button disabled={busy || !canMakeKeys()} onClick={askBefore}>
            {t("apps.make")}
          </Button>
          <Button
            onClick={() => {
              setText("");
            }}
          >
            {t("apps.upload")}
          </Button>
          {!canMakeKeys() && <span className={styles.quiet}>{t("apps.makeImpossible")}</span>}
        </div>
      ) : (
        <div className={styles.form} style={{ marginTop: 16 }}>
          <div className={styles.field}>
            <label htmlFor="public-key">{t("apps.newKey")}</label>
            <Input.TextArea
              id="public-key"
              rows={6}
              value={text}
              maxLength={8192}
              spellCheck={false}
              placeholder={t("apps.newKeyHint")}
              style={{ fontFamily: "var(--fw-mono)", fontSize: 13 }}
              onChange={(event) => {
                setText(event.target.value);
              }}
            />
          </div>
          <div className={styles.row}>
            <Button type="primary" loading={busy} disabled={!text.trim()} onClick={() => void upload()}>
              {t("apps.useKey")}
            </Button>
            <Button
              onClick={() => {
                setText(null);
              }}
            >
              {t("common:cancel")}
            </Button>
          </div>
        </div>
      )}
    </Part>
  );
}
