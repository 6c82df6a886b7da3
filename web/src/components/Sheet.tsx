import { useId, useLayoutEffect, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./Icon";
import styles from "./Sheet.module.css";

interface Props {
  open: boolean;
  title: string;
  onClose: () => void;
  /** While something is on its way the sheet can't be closed. */
  busy?: boolean;
  children: ReactNode;
}

/**
 * A sheet from the bottom of a phone, a dialog in the middle of a desktop. The browser's own modal
 * dialog: it traps the focus, gives it back, makes the rest inert and closes on Escape.
 */
export function Sheet({ open, title, onClose, busy = false, children }: Props) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // A layout effect: showModal() gives the focus to the first button, and what is inside takes it in
  // its own effect, which must come after.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element) return;
    if (open && !element.open) element.showModal();
    if (!open && element.open) element.close();
  }, [open]);
  return (
    // The backdrop is the dialog's own box; keyboards close it with Escape (onCancel).
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      className={styles.sheet}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        if (!busy) onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current && !busy) onClose();
      }}
    >
      {open && (
        <div className={styles.inside}>
          <header className={styles.head}>
            <h2 id={heading} className={styles.title}>
              {title}
            </h2>
            <button type="button" className={styles.close} onClick={onClose} disabled={busy} aria-label={t("close")}>
              <Icon name="cross" size={20} />
            </button>
          </header>
          {children}
        </div>
      )}
    </dialog>
  );
}
