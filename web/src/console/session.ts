import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { api, call } from "@/api/client";
import { learnServerNow } from "@/api/clock";
import { ApiError } from "@/api/error";
import { queryClient } from "@/api/queryClient";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];
export type Account = Schemas["ConsoleAccount"];
export type ConsoleApp = Schemas["ConsoleApp"];
export type Agent = Schemas["ConsoleAgent"];
export type AgentConsent = Schemas["ConsoleAgentConsent"];
export type Session = Schemas["ConsoleSession"];

export const sessionQuery = queryOptions({
  queryKey: ["console-session"],
  queryFn: async (): Promise<Session> => {
    const session = await call(api.GET("/api/v1/console/session"));
    learnServerNow(session.now);
    return session;
  },
  staleTime: 30_000,
  refetchInterval: 60_000,
});

/** Who is signed in here, and whether a passkey can be made at this address. */
export function useConsoleSession() {
  return useQuery(sessionQuery);
}

/** As `call`; when the session ended meanwhile, the console looks who is signed in now. */
export async function ask<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  try {
    return await call(answer);
  } catch (error) {
    if (error instanceof ApiError && error.code === "console.signed_out") {
      void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
    }
    throw error;
  }
}

/** Puts a changed account into the session at once. */
export function useKeepAccount(): (account: Account) => void {
  const client = useQueryClient();
  return (account) => {
    client.setQueryData(sessionQuery.queryKey, (old) => (old ? { ...old, account } : old));
  };
}

/** Signing in or out: nothing of another account's may stay in memory. */
export function useChangeAccount(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== sessionQuery.queryKey[0] });
    await client.fetchQuery({ ...sessionQuery, staleTime: 0 });
  };
}

/** The account that the Shell let in; its pages never see a moment without one. */
export const AccountContext = createContext<Account | null>(null);

/** Whoever is signed in. Only below the Shell. */
export function useAccount(): Account {
  const account = useContext(AccountContext);
  if (!account) throw new Error("useAccount is only for pages below the Shell");
  return account;
}
