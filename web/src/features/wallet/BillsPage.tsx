import { useInfiniteQuery } from "@tanstack/react-query";
import { InfiniteScroll, PullToRefresh } from "antd-mobile";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/components/EmptyState";
import { ErrorNote } from "@/components/ErrorNote";
import { LinkButton } from "@/components/LinkButton";
import { ListCard } from "@/components/ListCard";
import { Money } from "@/components/Money";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { useTimeWords } from "@/components/time";
import { BillRow } from "./BillRow";
import { byMonth, type Month } from "./months";
import { billsQuery } from "./queries";
import styles from "./wallet.module.css";

/** Everything that moved, month by month; older ones come while scrolling. */
export function BillsPage() {
  const { t } = useTranslation("wallet");
  const bills = useInfiniteQuery(billsQuery);
  const months = byMonth(bills.data?.pages.flatMap((page) => page.items) ?? []);
  return (
    <PageShell title={t("bills")} root>
      <PullToRefresh onRefresh={() => bills.refetch()}>
        <div className={styles.stack}>
          {bills.isPending && <Skeletons lines={7} />}
          {bills.isError && months.length === 0 && <ErrorNote error={bills.error} onRetry={() => bills.refetch()} />}
          {bills.isSuccess && months.length === 0 && (
            <EmptyState drawing="bills" title={t("noBills.title")} text={t("noBills.text")} action={<LinkButton to="/top-up">{t("noBills.action")}</LinkButton>} />
          )}
          {months.map((month, index) => (
            <MonthOfBills key={month.key} month={month} soFar={index === months.length - 1 && bills.hasNextPage} />
          ))}
          {months.length > 0 && (
            <InfiniteScroll
              hasMore={bills.hasNextPage}
              loadMore={async () => {
                await bills.fetchNextPage({ throwOnError: true });
              }}
            >
              {(hasMore, failed, retry) =>
                failed ? (
                  <ErrorNote error={bills.error} onRetry={async () => { retry(); await Promise.resolve(); }} />
                ) : hasMore ? (
                  <Skeletons lines={2} />
                ) : (
                  t("noMore")
                )
              }
            </InfiniteScroll>
          )}
        </div>
      </PullToRefresh>
    </PageShell>
  );
}

/** `soFar`: older bills of this month aren't loaded yet, so its totals aren't whole. */
function MonthOfBills({ month, soFar }: { month: Month; soFar: boolean }) {
  const { t } = useTranslation("wallet");
  const words = useTimeWords();
  return (
    <section aria-labelledby={`month-${month.key}`}>
      <div className={styles.month}>
        <h2 id={`month-${month.key}`} className={styles.monthName}>
          {words.month(`${month.key}-15T00:00:00Z`)}
        </h2>
        <p className={styles.monthTotals}>
          <span>
            {t(soFar ? "outSoFar" : "out")} <Money fen={month.out_fen} size="s" />
          </span>
          <span>
            {t(soFar ? "inSoFar" : "in")} <Money fen={month.in_fen} size="s" />
          </span>
        </p>
      </div>
      <ListCard>
        <ul>
          {month.bills.map((bill) => (
            <li key={bill.bill_id}>
              <BillRow bill={bill} />
            </li>
          ))}
        </ul>
      </ListCard>
    </section>
  );
}
