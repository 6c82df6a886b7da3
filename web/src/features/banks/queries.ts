import { queryOptions } from "@tanstack/react-query";
import { api, call } from "@/api/client";

export const cardsQuery = queryOptions({
  queryKey: ["cards"],
  queryFn: () => call(api.GET("/api/v1/banks/cards")),
});

export const banksQuery = queryOptions({
  queryKey: ["banks"],
  queryFn: () => call(api.GET("/api/v1/banks/")),
  staleTime: Infinity,
});
