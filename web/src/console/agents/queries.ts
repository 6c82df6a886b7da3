import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ask } from "../session";

export const agentsQuery = queryOptions({
  queryKey: ["console-agents"],
  queryFn: () => ask(api.GET("/api/v1/console/agents")),
});

/** What another application asks for; asked anew each time, since what is handed back ends. */
export const agentConsentQuery = (query: { app_id: string; redirect_uri: string; state?: string }) =>
  queryOptions({
    queryKey: ["console-agent-consent", query],
    queryFn: () => ask(api.GET("/api/v1/console/agent-consents", { params: { query } })),
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  });
