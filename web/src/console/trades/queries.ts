import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { components } from "@/api/schema";
import { ask } from "../session";

type Schemas = components["schemas"];
export type Trade = Schemas["ConsoleTrade"];
export type TradeDetails = Schemas["ConsoleTradeDetails"];
export type TradeStatus = Schemas["TradeStatus"];

export interface Days {
  first_day?: string;
  last_day?: string;
}
export interface WantedTrades extends Days {
  number?: string;
  status?: TradeStatus;
}

export function tradesQuery(wanted: WantedTrades) {
  return infiniteQueryOptions({
    queryKey: ["console-trades", wanted],
    queryFn: ({ pageParam }) => {
      const query = { ...wanted, ...(pageParam ? { cursor: pageParam } : {}) };
      return ask(api.GET("/api/v1/console/trades", { params: { query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function tradeQuery(tradeNo: string) {
  return queryOptions({
    queryKey: ["console-trade", tradeNo],
    queryFn: () => ask(api.GET("/api/v1/console/trades/{trade_no}", { params: { path: { trade_no: tradeNo } } })),
  });
}

export function refundsQuery(days: Days) {
  return infiniteQueryOptions({
    queryKey: ["console-refunds", days],
    queryFn: ({ pageParam }) => {
      const query = { ...days, ...(pageParam ? { cursor: pageParam } : {}) };
      return ask(api.GET("/api/v1/console/refunds", { params: { query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
}
