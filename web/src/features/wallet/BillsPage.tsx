import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button, InfiniteScroll, PullToRefresh } from "antd-mobile";
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
import { BillTools } from "./BillTools";
import { byMonth, insideMonth, type Month } from "./months";
import { billsQuery, billTotalsQuery, type Wanted } from "./queries";
import { useWantedBills } from "./useWantedBills";
import styles from "./wallet.module.css";

/** Everything that moved, month by month; searched and narrowed; older ones come while scrolling. */
export function BillsPage() {
  const { t } = useTranslation("wallet");
  const { wanted, narrow, narrowed, clear } = useWantedBills();
  const bills = useInfiniteQuery(billsQuery(wanted));
  const months = byMonth(bills.data?.pages.flatMap((page) => page.items) ?? []);
  const nothing = bills.isSuccess && months.length === 0;
  return (
    <PageShell title={t("bills")} root>
      <PullToRefresh onRefresh={() => bills.refetch()}>
        <div className={styles.stack}>
          {!(nothing && !narrowed) && <BillTools wanted={wanted} onNarrow={narrow} />}
          {bills.isPending && <Skeletons lines={7} />}
          {bills.isError && !bills.isFetchNextPageError && <ErrorNote error={bills.error} onRetry={() => bills.refetch()} />}
          {nothing && (narrowed ? <NoMatch onClear={clear} /> : <NoBills />)}
          {months.map((month) => (
            <MonthOfBills key={month.key} month={month} wanted={wanted} />
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

function NoBills() {
  const { t } = useTranslation("wallet");
  return (
    <EmptyState
      drawing="bills"
      title={t("noBills.title")}
      text={t("noBills.text")}
      action={<LinkButton to="/top-up">{t("noBills.action")}</LinkButton>}
    />
  );
}

function NoMatch({ onClear }: { onClear: () => void }) {
  const { t } = useTranslation("wallet");
  return (
    <EmptyState
      drawing="bills"
      title={t("find.none")}
      text={t("find.noneText")}
      action={
        <Button color="primary" onClick={onClear}>
          {t("find.clear")}
        </Button>
      }
    />
  );
}

/** The totals are the whole month's, of what is wanted, however much of it has been loaded. */
function MonthOfBills({ month, wanted }: { month: Month; wanted: Wanted }) {
  const { t } = useTranslation("wallet");
  const words = useTimeWords();
  const totals = useQuery(billTotalsQuery({ ...wanted, month: month.key }));
  return (
    <section aria-labelledby={`month-${month.key}`}>
      <div className={styles.month}>
        <h2 id={`month-${month.key}`} className={styles.monthName}>
          {words.month(insideMonth(month.key))}
        </h2>
        {totals.data && (
          <p className={styles.monthTotals}>
            {wanted.direction !== "in" && (
              <span>
                {t("out")} <Money fen={totals.data.out_fen} size="s" />
              </span>
            )}
            {wanted.direction !== "out" && (
              <span>
                {t("in")} <Money fen={totals.data.in_fen} size="s" />
              </span>
            )}
          </p>
        )}
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
