import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import type { components } from "@/api/schema";
import { svgAddress } from "@/components/svg";
import { useSubmit } from "@/components/useSubmit";
import { Copyable, Failure, Part } from "../Page";
import { ask, useKeepAccount, type Account } from "../session";
import styles from "../console.module.css";
import { CodeInput } from "./CodeInput";

type Offer = components["schemas"]["AuthenticatorOffer"];

export function AuthenticatorPart({ account }: { account: Account }) {
  const { t } = useTranslation("console");
  const keep = useKeepAccount();
  const { busy, error, submit } = useSubmit();
  const [offer, setOffer] = useState<Offer | null>(null);
  const [code, setCode] = useState("");
  const begin = () =>
    submit(async () => {
      setOffer(await ask(api.POST("/api/v1/console/authenticator")));
      setCode("");
    });
  const confirm = () =>
    submit(async () => {
      keep(await ask(api.PUT("/api/v1/console/authenticator", { body: { code } })));
      setOffer(null);
    });
  return (
    <Part title={t("security.authenticator")} lead={t("security.authenticatorLead")}>
      {account.has_authenticator && !offer && <p className={styles.done}>{t("security.authenticatorOn")}</p>}
      <Failure error={error} />
      {offer ? (
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            void confirm();
          }}
        >
          <p>{t("security.scan")}</p>
          <img src={svgAddress(offer.qr_svg)} alt={t("security.qr")} className={styles.qr} />
          <Copyable label={t("security.secret")} text={offer.secret} />
          <CodeInput value={code} onChange={setCode} />
          <div className={styles.row}>
            <Button type="primary" htmlType="submit" loading={busy} disabled={code.length !== 6}>
              {t("security.confirm")}
            </Button>
            <Button
              onClick={() => {
                setOffer(null);
              }}
            >
              {t("common:cancel")}
            </Button>
          </div>
        </form>
      ) : (
        <div className={styles.row} style={{ marginTop: 12 }}>
          <Button loading={busy} onClick={() => void begin()}>
            {t(account.has_authenticator ? "security.renewAuthenticator" : "security.setAuthenticator")}
          </Button>
        </div>
      )}
    </Part>
  );
}
