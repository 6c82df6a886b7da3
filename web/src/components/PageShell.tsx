import { useEffect, useLayoutEffect, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { Icon } from "./Icon";
import styles from "./PageShell.module.css";

interface Props {
  title: string;
  /** Where "back" leads when there is nothing in this tab's history; no back button without it. */
  back?: string;
  /** Always leads to `back`, never through the history: after a result there is no way back in. */
  backAlways?: boolean;
  /** Beside the title, at the end. */
  actions?: ReactNode;
  /** Stays at the bottom of the screen: the page's one main action. */
  footer?: ReactNode;
  /** Shows the title large in the page instead of centred in the bar; for the four tabs. */
  root?: boolean;
  /** On a phone the h1 is for screen readers only, where the page opens with a picture of its own. */
  quietTitle?: boolean;
  children: ReactNode;
}

/** Which page was shown last; the first one of a visit leaves the focus where the browser put it. */
let lastShown: string | null = null;

/** A page: its bar with back and the one h1, its content, its action at the bottom. */
export function PageShell({ title, back, backAlways, actions, footer, root, quietTitle, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const content = useRef<HTMLElement>(null);
  const { pathname } = useLocation();

  // In the same breath as the heading: nobody sees (or hears) one page's heading under another's title.
  useLayoutEffect(() => {
    document.title = `${title} · Farewave`;
  }, [title]);

  // A new page: its heading takes the focus, so that keyboard and screen reader start there too;
  // unless something of the page has taken it already (the six digits do).
  useEffect(() => {
    window.scrollTo(0, 0);
    const taken = content.current?.contains(document.activeElement);
    const moved = lastShown !== null && lastShown !== pathname;
    lastShown = pathname;
    if (moved && !taken) heading.current?.focus({ preventScroll: true });
  }, [pathname]);

  const titleClass = quietTitle ? styles.quietTitle : root ? styles.rootTitle : styles.title;
  return (
    <div className={styles.page}>
      <header className={root ? styles.rootBar : styles.bar}>
        {back !== undefined && <BackButton to={back} always={backAlways ?? false} />}
        <h1 ref={heading} tabIndex={-1} className={titleClass}>
          {title}
        </h1>
        <div className={styles.actions}>{actions}</div>
      </header>
      <main ref={content} id="content" tabIndex={-1} className={styles.main}>
        <div className={styles.content}>{children}</div>
        {footer && <div className={styles.footer}>{footer}</div>}
      </main>
    </div>
  );
}

function BackButton({ to, always }: { to: string; always: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const goBack = () => {
    const depth = (window.history.state as { idx?: number } | null)?.idx ?? 0;
    if (always || depth === 0) void navigate(to, { replace: true });
    else void navigate(-1);
  };
  return (
    <button type="button" className={styles.back} onClick={goBack} aria-label={t("back")}>
      <Icon name="back" />
    </button>
  );
}
