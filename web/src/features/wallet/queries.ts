import { infiniteQueryOptions, queryOptions, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { api, call } from "@/api/client";
import type { Bill, TopUp, Transfer, Withdrawal } from "@/api/types";

const PAGE_OF_BILLS = 20;
const POLL_MS = 1_500;

export const walletQuery = queryOptions({
  queryKey: ["wallet"],
  queryFn: () => call(api.GET("/api/v1/wallet/")),
});

export const recentBillsQuery = queryOptions({
  queryKey: ["bills", "recent"],
  queryFn: () => call(api.GET("/api/v1/wallet/bills", { params: { query: { limit: 5 } } })),
});

/** Which bills are wanted, as the API takes it; what is missing lets all through. */
export interface Wanted {
  text?: string;
  month?: string;
  kind?: Bill["kind"];
  direction?: Bill["direction"];
}

export const billsQuery = (wanted: Wanted) =>
  infiniteQueryOptions({
    queryKey: ["bills", "all", wanted],
    queryFn: ({ pageParam }) =>
      call(
        api.GET("/api/v1/wallet/bills", {
          params: { query: { ...wanted, limit: PAGE_OF_BILLS, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });

export const billTotalsQuery = (wanted: Wanted) =>
  queryOptions({
    queryKey: ["bills", "totals", wanted],
    queryFn: () => call(api.GET("/api/v1/wallet/bill-totals", { params: { query: { ...wanted } } })),
  });

/** A trade's other bills: its refunds, or what was refunded. */
export const relatedBillsQuery = (bill: Bill) =>
  queryOptions({
    queryKey: ["bills", "related", bill.bill_id],
    queryFn: async () => {
      const found = await call(
        api.GET("/api/v1/wallet/bills", { params: { query: { text: bill.reference.id, limit: 50 } } }),
      );
      return found.items.filter((each) => each.reference.id === bill.reference.id && each.bill_id !== bill.bill_id);
    },
  });

export const billQuery = (billId: string) =>
  queryOptions({
    queryKey: ["bills", "one", billId],
    queryFn: () =>
      call(api.GET("/api/v1/wallet/bills/{bill_id}", { params: { path: { bill_id: billId } } })),
  });

/** A top-up, looked at again while the bank hasn't answered. */
export const topUpQuery = (topUpId: string) =>
  queryOptions({
    queryKey: ["top-up", topUpId],
    queryFn: (): Promise<TopUp> =>
      call(
        api.GET("/api/v1/wallet/top-ups/{top_up_id}", { params: { path: { top_up_id: topUpId } } }),
      ),
    refetchInterval: (query) => (query.state.data?.status === "pending" ? POLL_MS : false),
  });

/** A withdrawal, looked at again while the bank hasn't answered. */
export const withdrawalQuery = (withdrawalId: string) =>
  queryOptions({
    queryKey: ["withdrawal", withdrawalId],
    queryFn: (): Promise<Withdrawal> =>
      call(
        api.GET("/api/v1/wallet/withdrawals/{withdrawal_id}", {
          params: { path: { withdrawal_id: withdrawalId } },
        }),
      ),
    refetchInterval: (query) => (query.state.data?.status === "pending" ? POLL_MS : false),
  });

/** Money that was sent, looked at again until it has arrived. */
export const transferQuery = (transferId: string) =>
  queryOptions({
    queryKey: ["transfer", transferId],
    queryFn: (): Promise<Transfer> =>
      call(
        api.GET("/api/v1/wallet/transfers/{transfer_id}", { params: { path: { transfer_id: transferId } } }),
      ),
    refetchInterval: (query) => (query.state.data?.status === "under_way" ? POLL_MS : false),
  });

/** Money moved: balance and bills are asked for again. */
export function useMoneyMoved(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: ["wallet"] }),
      client.invalidateQueries({ queryKey: ["bills"] }),
    ]);
  }, [client]);
}
