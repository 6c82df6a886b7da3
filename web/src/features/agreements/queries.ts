import { queryOptions } from "@tanstack/react-query";
import { api, call } from "@/api/client";
import { isRefusal } from "@/api/error";

const LOOK_AGAIN_MS = 1_500;

/** An agreement behind a link, watched until it is signed or over: a phone may sign what a desktop shows. */
export const offerQuery = (token: string) =>
  queryOptions({
    queryKey: ["agreement-offer", token],
    queryFn: () => call(api.GET("/api/v1/agreement-offers/{token}", { params: { path: { token } } })),
    gcTime: 0,
    refetchInterval: ({ state }) =>
      (state.data ? state.data.status !== "waiting" : isRefusal(state.error)) ? false : LOOK_AGAIN_MS,
  });

/** What the person has agreed to and not ended. */
export const agreementsQuery = queryOptions({
  queryKey: ["agreements"],
  queryFn: () => call(api.GET("/api/v1/agreements")),
});

export const endAgreement = (agreement_no: string): Promise<unknown> =>
  call(api.DELETE("/api/v1/agreements/{agreement_no}", { params: { path: { agreement_no } } }));
