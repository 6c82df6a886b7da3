import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { api, call } from "./client";
import { learnServerNow } from "./clock";
import { queryClient } from "./queryClient";
import type { Person, Session } from "./types";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async (): Promise<Session> => {
    const session = await call(api.GET("/api/v1/session"));
    learnServerNow(session.now);
    return session;
  },
  staleTime: 30_000,
  refetchInterval: 60_000,
});

/** Who is signed in, what kind of installation this is, and what time it has. */
export function useSession() {
  return useQuery(sessionQuery);
}

/**
 * The account's number of who is signed in as far as this page knows. Asked before something of theirs
 * is fetched to be kept on the phone, and again before it is kept.
 */
export function signedInUserNo(): string | null {
  return queryClient.getQueryData(sessionQuery.queryKey)?.person?.user_no ?? null;
}

/** The person whom RequireSession let in; its pages never see a moment without one. */
export const PersonContext = createContext<Person | null>(null);

/** The signed-in person. Only below RequireSession. */
export function usePerson(): Person {
  const person = useContext(PersonContext);
  if (!person) throw new Error("usePerson is only for pages below RequireSession");
  return person;
}

export function useIsSandbox(): boolean {
  return useSession().data?.profile === "sandbox";
}

/** Puts a person into the session at once, so that no page waits for the next look. */
export function useKeepPerson(): (person: Person | null) => void {
  const client = useQueryClient();
  return (person) => {
    client.setQueryData(sessionQuery.queryKey, (old) => (old ? { ...old, person } : old));
  };
}

/** Signing in or out: nothing of another person's may stay in memory. */
export function useChangePerson(): (person: Person | null) => Promise<void> {
  const client = useQueryClient();
  const keep = useKeepPerson();
  return async (person) => {
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
    keep(person);
    if (!client.getQueryData(sessionQuery.queryKey)) await client.fetchQuery(sessionQuery);
  };
}
