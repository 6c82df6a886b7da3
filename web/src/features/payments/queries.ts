import { queryOptions } from "@tanstack/react-query";
import { api, call } from "@/api/client";
import { serverNow } from "@/api/clock";
import { isRefusal } from "@/api/error";
import type { Cashier, Checkout, CodeDevice, Fund, PayCodeState, PayQuestion, Unasked } from "@/api/types";

const LOOK_AGAIN_MS = 5_000;
const BANK_ANSWERS_MS = 1_500;
const TILL_ANSWERS_MS = 1_000;

/** What tells the funds of a cashier apart: there may be several cards. */
export const fundKey = (fund: Fund): string => fund.card_id ?? fund.fund;

/**
 * A trade as its payer sees it; looked at again while unpaid, because another phone may pay it. Once it
 * is off the screen it is forgotten: who comes back after topping up must not be offered what could pay
 * before.
 */
export const cashierQuery = (tradeNo: string) =>
  queryOptions({
    queryKey: ["cashier", tradeNo],
    queryFn: (): Promise<Cashier> =>
      call(api.GET("/api/v1/cashier/{trade_no}", { params: { path: { trade_no: tradeNo } } })),
    gcTime: 0,
    refetchInterval: (query) => {
      const card = query.state.data?.card_payment?.status;
      if (card === "pending" || card === "returning") return BANK_ANSWERS_MS;
      return query.state.data?.status === "WAIT_BUYER_PAY" ? LOOK_AGAIN_MS : false;
    },
  });

/**
 * A merchant's order behind a link, watched until it is paid or over: another screen may pay it. A link
 * that leads nowhere is looked at once.
 */
export const checkoutQuery = (token: string) =>
  queryOptions({
    queryKey: ["checkout", token],
    queryFn: (): Promise<Checkout> => call(api.GET("/api/v1/checkouts/{token}", { params: { path: { token } } })),
    gcTime: 0,
    refetchInterval: ({ state }) => {
      const over = state.data ? !["waiting", "opened"].includes(state.data.status) : isRefusal(state.error);
      return over ? false : BANK_ANSWERS_MS;
    },
  });

/** The trade that the order becomes for whoever is signed in; asking again is the same trade. */
export const openedQuery = (token: string) =>
  queryOptions({
    queryKey: ["checkout", token, "opened"],
    queryFn: () => call(api.POST("/api/v1/checkouts/{token}/open", { params: { path: { token } } })),
    gcTime: 0,
  });

/**
 * What has become of a pay code, looked at until the server knows; forgotten when off the screen. Once it
 * can't be taken any more nobody waits for each second: the last one may have been, or the network is gone.
 */
export const payCodeQuery = (code: string, expiresAt: string) =>
  queryOptions({
    queryKey: ["pay-code", code],
    queryFn: (): Promise<PayCodeState> =>
      call(api.GET("/api/v1/pay-codes/{code}", { params: { path: { code } } })),
    gcTime: 0,
    refetchInterval: ({ state }) => {
      if (state.data ? state.data.status !== "waiting" : isRefusal(state.error)) return false;
      return serverNow() < Date.parse(expiresAt) ? TILL_ANSWERS_MS : LOOK_AGAIN_MS;
    },
  });

/** What merchants ask this person to confirm; a stream of events tells when to look. */
export const payQuestionsQuery = (userNo: string) =>
  queryOptions({
    queryKey: ["pay-questions", userNo],
    queryFn: (): Promise<PayQuestion[]> => call(api.GET("/api/v1/pay-questions")),
    staleTime: Infinity,
  });

/** How much this person's codes may pay unasked. */
export const unaskedQuery = queryOptions({
  queryKey: ["pay-code-limits"],
  queryFn: (): Promise<Unasked> => call(api.GET("/api/v1/pay-code-limits")),
});

/** The phones that make codes. */
export const codeDevicesQuery = queryOptions({
  queryKey: ["pay-code-devices"],
  queryFn: (): Promise<CodeDevice[]> => call(api.GET("/api/v1/pay-code-devices")),
});

/** A shop's own code. */
export const shopCodeQuery = (token: string) =>
  queryOptions({
    queryKey: ["shop-code", token],
    queryFn: () => call(api.GET("/api/v1/shop-codes/{token}", { params: { path: { token } } })),
  });
