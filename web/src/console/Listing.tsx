import { Button, Skeleton } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFailure } from "@/api/useFailure";
import type { InfiniteData, UseInfiniteQueryResult, UseQueryResult } from "@tanstack/react-query";
import { Failure } from "./Page";
import styles from "./console.module.css";

interface Props<T> {
  query: UseInfiniteQueryResult<InfiniteData<T>>;
  /** What stands in for a list with nothing on it. */
  empty: ReactNode;
  /** How many rows a page holds. */
  count: (page: T) => number;
  children: (pages: T[]) => ReactNode;
}

/** A list that goes on: while it comes, when it fails, when it is empty, and its next page. */
export function Listing<T>({ query, empty, count, children }: Props<T>) {
  const { t } = useTranslation("console");
  const failure = useFailure(query as unknown as UseQueryResult);
  const pages = query.data?.pages ?? [];
  const rows = pages.reduce((sum, page) => sum + count(page), 0);
  return (
    <>
      <Failure error={failure} retry={() => void query.refetch()} />
      {query.isPending && !failure && (
        <div aria-busy="true">
          <Skeleton active />
        </div>
      )}
      {query.data && (rows === 0 ? <p className={styles.empty}>{empty}</p> : children(pages))}
      {query.hasNextPage && (
        <p className={styles.more}>
          <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("more")}
          </Button>
        </p>
      )}
    </>
  );
}
