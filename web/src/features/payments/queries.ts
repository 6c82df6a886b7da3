import { queryOptions } from "@tanstack/react-query";
import { api, call } from "@/api/client";
import type { Cashier } from "@/api/types";

const LOOK_AGAIN_MS = 5_000;

/** A trade as its payer sees it; looked at again while unpaid, because another phone may pay it. */
export const cashierQuery = (tradeNo: string) =>
  queryOptions({
    queryKey: ["cashier", tradeNo],
    queryFn: (): Promise<Cashier> =>
      call(api.GET("/api/v1/cashier/{trade_no}", { params: { path: { trade_no: tradeNo } } })),
    refetchInterval: (query) =>
      query.state.data?.status === "WAIT_BUYER_PAY" ? LOOK_AGAIN_MS : false,
  });
