import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useSession } from "@/api/session";
import type { Order } from "@/api/types";
import { ticketQuery } from "../data/queries";
import { stageOf } from "../model/orders";
import { keepOnlyTicketsOf } from "./keptTickets";

/** As long as this a ticket that was fetched to be kept needn't be fetched again, nor may be forgotten. */
const FRESH_MS = 15 * 60_000;

/** Lets the kept tickets follow who is signed in: looked at whenever the server has said who that is. */
export function useTicketKeeping(): void {
  const session = useSession();
  const { data, dataUpdatedAt } = session;
  const userNo = data?.person?.user_no ?? null;
  useEffect(() => {
    if (data) void keepOnlyTicketsOf(userNo);
    // Also when nobody is signed in still: another tab may have kept something meanwhile.
  }, [data, dataUpdatedAt, userNo]);
}

/** Fetches the tickets of trips to come, so that they are there when the network isn't. */
export function useKeepUpcoming(orders: readonly Order[], nowMs: number): void {
  const client = useQueryClient();
  const ids = orders
    .filter((order) => stageOf(order, nowMs) === "issued")
    .flatMap((order) => order.seats.flatMap((seat) => seat.ticket_id ?? []))
    .join(" ");
  useEffect(() => {
    for (const id of ids.split(" ").filter(Boolean)) {
      void client.prefetchQuery({ ...ticketQuery(id), staleTime: FRESH_MS, gcTime: FRESH_MS });
    }
  }, [client, ids]);
}
