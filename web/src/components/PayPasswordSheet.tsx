import { useId, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { ApiError } from "@/api/error";
import { Money } from "./Money";
import { useSentence } from "./sentence";
import { Sheet } from "./Sheet";
import { SixDigits } from "./SixDigits";
import styles from "./PayPasswordSheet.module.css";

interface Props {
  open: boolean;
  onClose: () => void;
  /** Does it. A refusal is thrown as ApiError and shown here; the digits are cleared. */
  onConfirm: (payPassword: string) => Promise<void>;
  amountFen?: number;
  /** What it is for, in a line above the amount. */
  purpose?: ReactNode;
}

/** Asks for the six-digit pay password and waits for what it confirms. */
export function PayPasswordSheet({ open, onClose, onConfirm, amountFen, purpose }: Props) {
  const { t } = useTranslation();
  return (
    <Sheet open={open} title={t("payPassword.title")} onClose={onClose}>
      <Ask onConfirm={onConfirm} amountFen={amountFen} purpose={purpose} />
    </Sheet>
  );
}

function Ask({ onConfirm, amountFen, purpose }: Omit<Props, "open" | "onClose">) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const { pathname, search } = useLocation();
  const [digits, setDigits] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const noteId = useId();

  const confirm = async (payPassword: string) => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm(payPassword);
    } catch (refusal) {
      setError(refusal);
      setDigits("");
      setBusy(false);
      return;
    }
    setBusy(false);
  };
  const code = error instanceof ApiError ? error.code : null;
  const locked = code === "people.pay_password_locked";
  // A payment can be refused for other things than the digits: those aren't marked then.
  const digitsWrong = code?.startsWith("people.pay_password") ?? false;
  const next = encodeURIComponent(pathname + search);
  return (
    <div className={styles.ask} aria-busy={busy}>
      {purpose && <p className={styles.purpose}>{purpose}</p>}
      {amountFen !== undefined && <Money fen={amountFen} size="xl" />}
      <div id={noteId} className={styles.note} role="alert">
        {busy ? null : error ? <span className={styles.error}>{sentence(error)}</span> : null}
      </div>
      <SixDigits
        value={digits}
        onChange={setDigits}
        onFull={(all) => void confirm(all)}
        label={t("payPassword.label")}
        disabled={busy || locked}
        wrong={digitsWrong && digits === ""}
        describedBy={noteId}
      />
      <p className={styles.below}>
        {busy ? (
          <span role="status">{t("payPassword.checking")}</span>
        ) : (
          <Link to={`/me/pay-password?next=${next}`}>
            {code === "people.pay_password_not_set" ? t("payPassword.setNow") : t("payPassword.forgotten")}
          </Link>
        )}
      </p>
    </div>
  );
}
