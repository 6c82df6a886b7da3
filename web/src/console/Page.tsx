import { Button } from "antd";
import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useSentence } from "@/components/sentence";
import { copyText } from "./copyText";
import styles from "./console.module.css";

interface Props {
  title: string;
  /** One sentence of what the page is for. */
  lead?: ReactNode;
  /** Stands beside the heading. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page's heading and title, the same everywhere. */
export function Page({ title, lead, actions, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Farewave`;
  }, [title]);
  return (
    <>
      <header className={styles.head}>
        <div>
          <h1>{title}</h1>
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </>
  );
}

/** A part of a page on a ground of its own. */
export function Part({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.part}>
      <h2>{title}</h2>
      {lead && <p className={styles.lead}>{lead}</p>}
      {children}
    </section>
  );
}

/** Why something could not be shown or done, with another try where that makes sense. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  if (!error) return null;
  return (
    <div role="alert" className={styles.failure}>
      <span>{sentence(error)}</span>
      {retry && (
        <Button size="small" onClick={retry}>
          {t("retry")}
        </Button>
      )}
    </div>
  );
}

/** A text to be copied: a key, a number, an address. */
export function Copyable({ label, text, multiline = false }: { label: string; text: string; multiline?: boolean }) {
  const { t } = useTranslation("console");
  return (
    <div className={styles.copyable}>
      <div className={styles.copyHead}>
        <span className={styles.label}>{label}</span>
        <CopyButton text={text} label={t("copyWhat", { what: label })} />
      </div>
      <code className={multiline ? styles.block : styles.code}>{text}</code>
    </div>
  );
}

function CopyButton({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation("console");
  const copy = async (button: HTMLButtonElement) => {
    await copyText(text);
    button.dataset.done = "";
    setTimeout(() => {
      delete button.dataset.done;
    }, 1_500);
  };
  return (
    <button type="button" className={styles.copy} aria-label={label} onClick={(event) => void copy(event.currentTarget)}>
      <span className={styles.copyWord}>{t("copy")}</span>
      <span className={styles.copiedWord}>{t("copied")}</span>
    </button>
  );
}
