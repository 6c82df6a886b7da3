/** What rail's pages have the API do; each keeps the shared queries in step. */
import { useQueryClient } from "@tanstack/react-query";
import { api, call } from "@/api/client";
import { useIntentKey } from "@/api/intentKey";
import type { components } from "@/api/schema";
import type { Order, Passenger } from "@/api/types";
import { orderQuery, ordersQuery, passengersQuery } from "./queries";

export type OrderWish = components["schemas"]["OrderWish"];
export type PassengerWish = components["schemas"]["PassengerWish"];

/** Holds seats. A repeat of the same wish after a lost answer gets the same order again. */
export function usePlaceOrder(): (wish: OrderWish) => Promise<Order> {
  const client = useQueryClient();
  const intent = useIntentKey();
  return async (wish) => {
    const headers = intent.headers(JSON.stringify(wish));
    const order = await call(api.POST("/api/v1/rail/orders", { body: wish, headers }));
    intent.done();
    keepOrder(client, order);
    return order;
  };
}

export function useCancelOrder(): (orderId: string) => Promise<Order> {
  const client = useQueryClient();
  return async (orderId) => {
    const order = await call(
      api.POST("/api/v1/rail/orders/{order_id}/cancel", {
        params: { path: { order_id: orderId } },
      }),
    );
    keepOrder(client, order);
    return order;
  };
}

export function useAddPassenger(): (wish: PassengerWish) => Promise<Passenger> {
  const client = useQueryClient();
  const intent = useIntentKey();
  return async (wish) => {
    const headers = intent.headers(JSON.stringify(wish));
    const passenger = await call(api.POST("/api/v1/rail/passengers", { body: wish, headers }));
    intent.done();
    client.setQueryData(passengersQuery.queryKey, (old) => [...(old ?? []), passenger]);
    await client.invalidateQueries({ queryKey: passengersQuery.queryKey });
    return passenger;
  };
}

export function useRemovePassenger(): (passengerId: string) => Promise<void> {
  const client = useQueryClient();
  return async (passengerId) => {
    await call(
      api.DELETE("/api/v1/rail/passengers/{passenger_id}", {
        params: { path: { passenger_id: passengerId } },
      }),
    );
    client.setQueryData(passengersQuery.queryKey, (old) =>
      old?.filter((passenger) => passenger.passenger_id !== passengerId),
    );
  };
}

function keepOrder(client: ReturnType<typeof useQueryClient>, order: Order): void {
  client.setQueryData(orderQuery(order.order_id).queryKey, order);
  void client.invalidateQueries({ queryKey: ordersQuery.queryKey });
  void client.invalidateQueries({ queryKey: ["rail", "offers"] });
}
