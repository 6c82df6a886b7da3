import { infiniteQueryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { components } from "@/api/schema";
import { ask } from "../session";
import type { Days } from "../trades/queries";

export type Notification = components["schemas"]["ConsoleNotification"];

export function notificationsQuery(days: Days) {
  return infiniteQueryOptions({
    queryKey: ["console-notifications", days],
    queryFn: ({ pageParam }) => {
      const query = { ...days, ...(pageParam ? { cursor: pageParam } : {}) };
      return ask(api.GET("/api/v1/console/notifications", { params: { query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function deliveriesQuery(state: "waiting" | "done") {
  return infiniteQueryOptions({
    queryKey: ["console-deliveries", state],
    queryFn: ({ pageParam }) => {
      const query = { state, ...(pageParam ? { cursor: pageParam } : {}) };
      return ask(api.GET("/api/v1/console/deliveries", { params: { query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
}
