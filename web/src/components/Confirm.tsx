import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Sheet } from "./Sheet";
import { SubmitButton } from "./SubmitButton";
import { ErrorNote } from "./ErrorNote";
import styles from "./Confirm.module.css";

interface Question {
  open: boolean;
  title: string;
  text?: ReactNode;
  yes: string;
  /** Instead of "Cancel", where that word could mean the deed itself. */
  no?: string;
  danger?: boolean;
  onYes: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something that can't be undone; stays open with the sentence when it is refused. */
export function Confirm({ open, title, text, yes, no, danger, onYes, onClose }: Question) {
  const { t } = useTranslation();
  const [error, setError] = useState<unknown>(null);
  const close = () => {
    setError(null);
    onClose();
  };
  const run = async () => {
    setError(null);
    try {
      await onYes();
      close();
    } catch (refusal) {
      setError(refusal);
    }
  };
  return (
    <Sheet open={open} title={title} onClose={close}>
      <div className={styles.question}>
        {text && <p className={styles.text}>{text}</p>}
        <ErrorNote error={error} />
        <SubmitButton kind={danger ? "danger" : "primary"} onClick={run}>
          {yes}
        </SubmitButton>
        <SubmitButton kind="quiet" onClick={() => Promise.resolve(close())}>
          {no ?? t("cancel")}
        </SubmitButton>
      </div>
    </Sheet>
  );
}
