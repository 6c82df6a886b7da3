import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import type { PayCodeRefusal, ShownPayCode } from "@/api/types";
import { Countdown, useSecondsUntil } from "@/components/Countdown";
import { ErrorNote } from "@/components/ErrorNote";
import { Icon } from "@/components/Icon";
import { LinkButton } from "@/components/LinkButton";
import { yuan } from "@/components/money";
import { withNext } from "@/components/next";
import { SubmitButton } from "@/components/SubmitButton";
import { svgAddress } from "@/components/svg";
import { useScreenOn } from "@/components/useScreenOn";
import { BarCode } from "./BarCode";
import styles from "./payCode.module.css";
import payments from "./payments.module.css";

interface Props {
  shown: ShownPayCode;
  /** The server says so: nothing was paid. This phone only knows that nobody can take it any more. */
  over: boolean;
  refusal: PayCodeRefusal | null;
  /** Why nobody can say just now what has become of it. */
  failure: Error | null;
  onAgain: () => Promise<void>;
}

/** The code as bars, as QR and in digits, how long it holds, and what was refused meanwhile. */
export function Code({ shown, over, refusal, failure, onAgain }: Props) {
  const { t } = useTranslation("payments");
  const left = useSecondsUntil(shown.expires_at);
  const gone = over || left === 0;
  useScreenOn(!gone);
  return (
    <>
      <ErrorNote error={failure} />
      {refusal && <Refused refusal={refusal} />}
      <section className={styles.card} aria-label={t("code.title")}>
        {gone ? (
          <div className={styles.gone} role="status">
            <Icon name="clock" size={40} />
            <p className={styles.goneTitle}>{t("code.over")}</p>
            <p className={styles.lead}>{t(over ? "code.overText" : "code.unsure")}</p>
            {!over && <LinkButton to="/bills">{t("code.toBills")}</LinkButton>}
          </div>
        ) : (
          <>
            <BarCode digits={shown.code} label={t("code.bars")} />
            <Digits code={shown.code} />
            <img src={svgAddress(shown.qr_svg)} className={styles.qr} alt={t("code.qr")} width={220} height={220} />
            <p className={payments.countdown}>
              {t("code.holds")} <Countdown until={shown.expires_at} />
            </p>
          </>
        )}
        <SubmitButton kind={over ? "primary" : "outline"} onClick={onAgain}>
          {t("code.renew")}
        </SubmitButton>
      </section>
      {!gone && (
        <p className={styles.hint}>
          <Icon name="info" size={16} />
          {t("code.hint")}
        </p>
      )}
    </>
  );
}

/** The digits are only shown when wanted: who reads them to a stranger has paid the stranger. */
export function Digits({ code }: { code: string }) {
  const { t } = useTranslation("payments");
  const [open, setOpen] = useState(false);
  if (!open) {
    return (
      <button
        type="button"
        className={styles.reveal}
        onClick={() => {
          setOpen(true);
        }}
      >
        <span className="tabular">{code.slice(0, 4)} ••••••</span> {t("code.reveal")}
      </button>
    );
  }
  return (
    <div className={styles.digits}>
      <p className={styles.number}>{code.replace(/(\d{4})(?=\d)/g, "$1 ")}</p>
      <p className={styles.warning}>{t("code.keep")}</p>
    </div>
  );
}

export function Refused({ refusal }: { refusal: PayCodeRefusal }) {
  const { t } = useTranslation("payments");
  const { pathname } = useLocation();
  return (
    <div className={`${payments.lastFailed} ${styles.refused}`} role="alert">
      <p>
        {t("code.refused", { merchant: refusal.merchant_name, amount: yuan(refusal.amount_fen) })} {refusal.message}
      </p>
      {refusal.reason === "payments.balance_not_enough" && (
        <LinkButton to={withNext("/top-up", pathname)}>{t("code.topUp")}</LinkButton>
      )}
    </div>
  );
}
