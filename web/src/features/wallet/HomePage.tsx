import { useQuery } from "@tanstack/react-query";
import { PullToRefresh } from "antd-mobile";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useIsSandbox, usePerson } from "@/api/session";
import { EmptyState } from "@/components/EmptyState";
import { ErrorNote } from "@/components/ErrorNote";
import { Icon, type IconName } from "@/components/Icon";
import { LinkButton } from "@/components/LinkButton";
import { ListCard, ListRow } from "@/components/ListCard";
import { Logo } from "@/components/Logo";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { UpcomingTrip } from "@/features/rail/UpcomingTrip";
import { BalanceCard } from "./BalanceCard";
import { BillRow } from "./BillRow";
import { recentBillsQuery, useMoneyMoved, walletQuery } from "./queries";
import styles from "./wallet.module.css";

const ACTIONS: readonly { to: string; word: string; icon: IconName }[] = [
  { to: "/pay-code", word: "quick.payCode", icon: "payCode" },
  { to: "/tickets", word: "quick.tickets", icon: "train" },
  { to: "/send", word: "quick.send", icon: "transfer" },
  { to: "/cards", word: "quick.cards", icon: "card" },
];

/** The wallet: what there is, what can be done with it, what comes next, what was. */
export function HomePage() {
  const { t } = useTranslation("wallet");
  const sandbox = useIsSandbox();
  const wallet = useQuery(walletQuery);
  const refresh = useMoneyMoved();
  return (
    <PageShell title={t("home")} root actions={<HomeMark sandbox={sandbox} />}>
      <PullToRefresh onRefresh={refresh}>
        <div className={styles.stack}>
          {wallet.data ? (
            <BalanceCard wallet={wallet.data} />
          ) : wallet.isError ? (
            <ErrorNote error={wallet.error} onRetry={() => wallet.refetch()} />
          ) : (
            <Skeletons height={172} />
          )}
          <nav className={styles.quick} aria-label={t("quick.name")}>
            {ACTIONS.map(({ to, word, icon }) => (
              <Link key={to} to={to} className={styles.action}>
                <span className={styles.actionIcon}>
                  <Icon name={icon} size={26} />
                </span>
                {t(word)}
              </Link>
            ))}
          </nav>
          <NextStep />
          <UpcomingTrip />
          <RecentBills />
        </div>
      </PullToRefresh>
    </PageShell>
  );
}

function HomeMark({ sandbox }: { sandbox: boolean }) {
  const { t } = useTranslation();
  return (
    <span className={styles.mark}>
      {sandbox && <span className={styles.badge}>{t("sandbox.badge")}</span>}
      <Logo size={32} />
    </span>
  );
}

/** What is still missing before the first ticket, one thing at a time. */
function NextStep() {
  const { t } = useTranslation("wallet");
  const person = usePerson();
  if (person.real_name_level === 1 && person.has_pay_password) return null;
  const missing = person.real_name_level === 0 ? "realName" : "payPassword";
  return (
    <ListCard>
      <ListRow
        icon={missing === "realName" ? "id" : "lock"}
        title={t(`missing.${missing}.title`)}
        text={t(`missing.${missing}.text`)}
        to={missing === "realName" ? "/me/real-name?next=/" : "/me/pay-password?next=/"}
      />
    </ListCard>
  );
}

function RecentBills() {
  const { t } = useTranslation("wallet");
  const bills = useQuery(recentBillsQuery);
  const some = bills.data && bills.data.items.length > 0;
  return (
    <ListCard title={t("recent")} more={some ? <Link to="/bills">{t("allBills")}</Link> : undefined}>
      {bills.isPending && (
        <div className={styles.inset}>
          <Skeletons lines={3} />
        </div>
      )}
      {bills.isError && (
        <div className={styles.inset}>
          <ErrorNote error={bills.error} onRetry={() => bills.refetch()} />
        </div>
      )}
      {some && (
        <ul>
          {bills.data.items.map((bill) => (
            <li key={bill.bill_id}>
              <BillRow bill={bill} />
            </li>
          ))}
        </ul>
      )}
      {bills.isSuccess && bills.data.items.length === 0 && (
        <EmptyState drawing="bills" title={t("noBills.title")} text={t("noBills.text")} action={<LinkButton to="/top-up">{t("noBills.action")}</LinkButton>} />
      )}
    </ListCard>
  );
}
