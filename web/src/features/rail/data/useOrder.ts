import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { serverNow } from "@/api/clock";
import { lookAgainIn } from "../model/orders";
import { orderQuery } from "./queries";

/** An order on the screen: looked at again for as long as something about it is on its way. */
export function useOrder(orderId: string) {
  const [shownSince] = useState(serverNow);
  return useQuery({
    ...orderQuery(orderId),
    refetchOnMount: "always",
    refetchInterval: ({ state }) => {
      const now = serverNow();
      return state.data ? lookAgainIn(state.data, now, now - shownSince) : false;
    },
  });
}
