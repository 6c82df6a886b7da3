import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./Icon";
import { useOnce } from "./useSubmit";
import styles from "./SandboxHint.module.css";

interface Props {
  children: ReactNode;
  /** The one tap that uses what the hint shows. */
  action?: { label: string; onClick: () => unknown };
}

/** What only a sandbox would show: striped, so that nobody takes it for the product. */
export function SandboxHint({ children, action }: Props) {
  const { t } = useTranslation();
  const { busy, once } = useOnce();
  return (
    <aside className={styles.hint} aria-label={t("sandbox.name")}>
      <Icon name="sandbox" size={20} />
      <div className={styles.text}>{children}</div>
      {action && (
        <button type="button" className={styles.action} disabled={busy} onClick={() => void once(async () => await action.onClick())}>
          {action.label}
        </button>
      )}
    </aside>
  );
}
