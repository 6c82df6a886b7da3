import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Navigate, NavLink, Outlet } from "react-router";
import { api } from "@/api/client";
import { LanguageSwitch } from "@/components/LanguageSwitch";
import { Logo } from "@/components/Logo";
import { useOnce } from "@/components/useSubmit";
import { PageLoading } from "./OddPages";
import { Failure } from "./Page";
import { AccountContext, ask, useChangeAccount, useConsoleSession, type Account } from "./session";
import styles from "./console.module.css";

const MERCHANTS = ["apps", "trades", "refunds", "notifications", "bills", "security"] as const;
const OPERATORS = ["deliveries", "security"] as const;

/** What stands around every page; whoever isn't signed in is led to the door. */
export function Shell() {
  const session = useConsoleSession();
  if (session.isPending) return <PageLoading />;
  if (!session.data) {
    return (
      <main className={styles.alone}>
        <Failure error={session.error} retry={() => void session.refetch()} />
      </main>
    );
  }
  const { account } = session.data;
  if (!account) return <Navigate to="/sign-in" replace />;
  return (
    <AccountContext value={account}>
      <Around account={account} />
    </AccountContext>
  );
}

function Around({ account }: { account: Account }) {
  const { t } = useTranslation("console");
  const change = useChangeAccount();
  const { busy, once } = useOnce();
  const leave = () =>
    once(async () => {
      await ask(api.POST("/api/v1/console/sign-out"));
      await change();
    });
  const pages = account.seller_id ? MERCHANTS : OPERATORS;
  return (
    <div className={styles.shell}>
      <a className="skip-link" href="#content">
        {t("common:skipToContent")}
      </a>
      <header className={styles.top}>
        <NavLink to="/" className={styles.brand}>
          <Logo size={32} />
          <span>{t(account.seller_id ? "merchantConsole" : "operatorConsole")}</span>
        </NavLink>
        <LanguageSwitch />
        <Button ghost size="small" loading={busy} onClick={() => void leave()}>
          {t("signOut")}
        </Button>
      </header>
      <div className={styles.body}>
        <div className={styles.side}>
          <p className={styles.who}>
            <strong>{account.name ?? t("operator")}</strong>
            {account.seller_id && <span className="tabular">{account.seller_id}</span>}
          </p>
          <nav aria-label={t("common:navigation")} className={styles.nav}>
            {pages.map((page) => (
              <NavLink key={page} to={`/${page}`}>
                {t(`nav.${page}`)}
              </NavLink>
            ))}
          </nav>
        </div>
        <main id="content" className={styles.content}>
          <Outlet />
        </main>
      </div>
    </div>
  );
}
