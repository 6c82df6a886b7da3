import { useQueryClient } from "@tanstack/react-query";
import { Button, Input, Popconfirm } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useTimeWords } from "@/components/time";
import { useSubmit } from "@/components/useSubmit";
import { Copyable, Failure, Part } from "../Page";
import { ask, type ConsoleApp } from "../session";
import styles from "../console.module.css";
import { appsQuery } from "./queries";
import { download } from "./rsa";

type Certificates = NonNullable<ConsoleApp["certificates"]>;

/** Certificate mode: made for the key there is or for a request, then three files to download. */
export function CertificatePart({ app }: { app: ConsoleApp }) {
  const { t } = useTranslation("console");
  const client = useQueryClient();
  const { busy, error, submit } = useSubmit();
  const [request, setRequest] = useState<string | null>(null);
  const certify = (asked: string | null) =>
    submit(async () => {
      const params = { path: { app_id: app.app_id } };
      await ask(api.PUT("/api/v1/console/apps/{app_id}/certificate", { params, body: { request: asked } }));
      await client.invalidateQueries({ queryKey: appsQuery.queryKey });
      setRequest(null);
    });
  return (
    <Part title={t("apps.certificates")} lead={t(app.certificates ? "apps.certificatesOn" : "apps.certificatesOff")}>
      {app.certificates && <Files app={app} certificates={app.certificates} />}
      <Failure error={error} />
      {request === null ? (
        <div className={styles.row} style={{ marginTop: 16 }}>
          {!app.certificates && (
            <Popconfirm
              title={t("apps.certifyTitle")}
              description={t("apps.certifyText")}
              okText={t("apps.certifyGo")}
              onConfirm={() => void certify(null)}
              styles={{ root: { maxWidth: 340 } }}
            >
              <Button loading={busy}>{t("apps.certify")}</Button>
            </Popconfirm>
          )}
          <Button
            onClick={() => {
              setRequest("");
            }}
          >
            {t("apps.certifyRequest")}
          </Button>
        </div>
      ) : (
        <div className={styles.form} style={{ marginTop: 16 }}>
          <div className={styles.field}>
            <label htmlFor="csr">{t("apps.request")}</label>
            <Input.TextArea
              id="csr"
              rows={6}
              value={request}
              maxLength={8192}
              spellCheck={false}
              placeholder="-----BEGIN CERTIFICATE REQUEST-----"
              style={{ fontFamily: "var(--fw-mono)", fontSize: 13 }}
              onChange={(event) => {
                setRequest(event.target.value);
              }}
            />
          </div>
          <p className={styles.quiet}>{t("apps.requestHint")}</p>
          <div className={styles.row}>
            <Button type="primary" loading={busy} disabled={!request.trim()} onClick={() => void certify(request)}>
              {t("apps.certifyGo")}
            </Button>
            <Button
              onClick={() => {
                setRequest(null);
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

function Files({ app, certificates }: { app: ConsoleApp; certificates: Certificates }) {
  const { t } = useTranslation("console");
  const words = useTimeWords();
  const files = [
    ["appCertPublicKey", `appCertPublicKey_${app.app_id}.crt`, certificates.app_certificate],
    ["alipayCertPublicKey", "alipayCertPublicKey_RSA2.crt", certificates.platform_certificate],
    ["alipayRootCert", "alipayRootCert.crt", certificates.root_certificate],
  ] as const;
  return (
    <>
      <div className={styles.row}>
        {files.map(([label, name, text]) => (
          <Button
            key={name}
            onClick={() => {
              download(name, text);
            }}
          >
            {label}
          </Button>
        ))}
      </div>
      <p className={styles.quiet} style={{ margin: "12px 0 16px" }}>
        {t("apps.certificateUntil", { at: words.full(certificates.expires_at) })}
      </p>
      <Copyable label="app_cert_sn" text={certificates.app_cert_sn} />
      <Copyable label="alipay_cert_sn" text={certificates.alipay_cert_sn} />
      <Copyable label="alipay_root_cert_sn" text={certificates.alipay_root_cert_sn} />
    </>
  );
}
