/** What rail's pages ask the API, under the keys that they share. */
import { queryOptions } from "@tanstack/react-query";
import { api, call } from "@/api/client";
import { signedInUserNo } from "@/api/session";
import type { Order } from "@/api/types";
import { keepTicket } from "../offline/keptTickets";

const HOUR_MS = 3_600_000;

export const stationsQuery = queryOptions({
  queryKey: ["rail", "stations"],
  queryFn: async () => (await call(api.GET("/api/v1/rail/stations"))).items,
  staleTime: HOUR_MS,
});

export const saleQuery = queryOptions({
  queryKey: ["rail", "sale"],
  queryFn: () => call(api.GET("/api/v1/rail/sale")),
  staleTime: 60_000,
});

/** A journey asked for: telecodes, and China's day of departure. */
export interface Journey {
  from: string;
  to: string;
  date: string;
}

export const offersQuery = ({ from, to, date }: Journey) =>
  queryOptions({
    queryKey: ["rail", "offers", from, to, date],
    queryFn: async () =>
      (await call(api.GET("/api/v1/rail/trains", { params: { query: { from, to, date } } }))).items,
    staleTime: 10_000,
    refetchInterval: 30_000,
  });

/** The stops of the run that leaves `from` on `date`. */
export const stopsQuery = (trainNo: string, { from, date }: Pick<Journey, "from" | "date">) =>
  queryOptions({
    queryKey: ["rail", "stops", trainNo, from, date],
    queryFn: async () => {
      const params = { path: { train_no: trainNo }, query: { date, from } };
      return (await call(api.GET("/api/v1/rail/trains/{train_no}/stops", { params }))).items;
    },
    staleTime: HOUR_MS,
  });

export const passengersQuery = queryOptions({
  queryKey: ["rail", "passengers"],
  queryFn: () => call(api.GET("/api/v1/rail/passengers")),
});

export const ordersQuery = queryOptions({
  queryKey: ["rail", "orders"],
  queryFn: () => call(api.GET("/api/v1/rail/orders")),
});

export const orderQuery = (orderId: string) =>
  queryOptions({ queryKey: ["rail", "order", orderId], queryFn: () => askOrder(orderId, false) });

/** With `refresh` rail asks the payment platform first whether it has been paid. */
export function askOrder(orderId: string, refresh: boolean): Promise<Order> {
  const params = { path: { order_id: orderId }, query: { refresh } };
  return call(api.GET("/api/v1/rail/orders/{order_id}", { params }));
}

export const ticketQuery = (ticketId: string) =>
  queryOptions({
    queryKey: ["rail", "ticket", ticketId],
    queryFn: async () => {
      const owner = signedInUserNo();
      const ticket = await call(
        api.GET("/api/v1/rail/tickets/{ticket_id}", { params: { path: { ticket_id: ticketId } } }),
      );
      await keepTicket(ticket, owner);
      return ticket;
    },
    refetchInterval: ({ state }) => (state.data?.status === "valid" ? 15_000 : false),
  });
