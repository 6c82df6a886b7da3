import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { serverNow } from "@/api/clock";
import { asksPlatform, lookAgainIn } from "../model/orders";
import { askOrder, orderQuery } from "./queries";

/** An order on the screen: looked at again for as long as something about it is on its way. */
export function useOrder(orderId: string) {
  const client = useQueryClient();
  const [shownSince] = useState(serverNow);
  const query = orderQuery(orderId);
  return useQuery({
    ...query,
    queryFn: () => {
      const known = client.getQueryData(query.queryKey);
      return askOrder(orderId, asksPlatform(known, serverNow() - shownSince));
    },
    refetchOnMount: "always",
    refetchInterval: ({ state }) => {
      const now = serverNow();
      return state.data ? lookAgainIn(state.data, now, now - shownSince) : false;
    },
  });
}
