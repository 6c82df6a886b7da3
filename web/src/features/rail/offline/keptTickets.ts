/**
 * Tickets kept on this phone (IndexedDB), so that they can be shown where there is no network. They
 * belong to who is signed in, and are gone as soon as that person is.
 */
import { queryOptions } from "@tanstack/react-query";
import { serverNow } from "@/api/clock";
import { queryClient } from "@/api/queryClient";
import { sessionQuery } from "@/api/session";
import type { Ticket } from "@/api/types";

const DATABASE = "farewave";
const STORE = "tickets";
const KEPT_AFTER_ARRIVAL_MS = 6 * 3_600_000;

export interface KeptTicket {
  ticket: Ticket;
  /** Whose it is: the account's number. */
  owner: string;
  /** When the server said so, in milliseconds. */
  asOf: number;
}

/** Who is signed in as far as this page knows; asked before a ticket is fetched, and again before it is kept. */
export function ticketOwner(): string | null {
  return queryClient.getQueryData(sessionQuery.queryKey)?.person?.user_no ?? null;
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error("IndexedDB failed"));
    };
  });
}

async function inStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(STORE, { keyPath: "ticket.ticket_id" });
  };
  const database = await done(opening);
  try {
    return await done(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

/** Whatever was kept. A phone that keeps nothing has none. */
async function allKept(): Promise<KeptTicket[]> {
  return await inStore("readonly", (store) => store.getAll()).catch(() => []);
}

/**
 * The tickets that were kept and are of use still, the next departure first: nothing is thrown away
 * before the server has said again who is signed in.
 */
async function keptTickets(): Promise<KeptTicket[]> {
  const all = (await allKept()).filter(({ ticket }) => isOfUse(ticket));
  return all.sort((a, b) => Date.parse(a.ticket.depart_at) - Date.parse(b.ticket.depart_at));
}

/** Keeps what the server told `owner` of a ticket, as long as it is of use for travelling. */
export async function keepTicket(ticket: Ticket, owner: string | null): Promise<void> {
  if (owner === null || owner !== ticketOwner()) return;
  const kept: KeptTicket = { ticket, owner, asOf: serverNow() };
  if (!isOfUse(ticket)) await forget(kept);
  else await inStore("readwrite", (store) => store.put(kept)).catch(() => undefined);
  // Signed out while it was written: whatever was cleared then, this came after it.
  if (owner !== ticketOwner()) await forget(kept);
}

async function forget({ ticket }: KeptTicket): Promise<void> {
  await inStore("readwrite", (store) => store.delete(ticket.ticket_id)).catch(() => undefined);
}

function isOfUse({ status, arrive_at }: Ticket): boolean {
  return status !== "refunded" && Date.parse(arrive_at) + KEPT_AFTER_ARRIVAL_MS > serverNow();
}

/** Only tickets of `userNo` stay; those of others go, and those that are of no more use. */
export async function keepOnlyTicketsOf(userNo: string | null): Promise<void> {
  for (const kept of await allKept()) {
    if (kept.owner !== userNo || !isOfUse(kept.ticket)) await forget(kept);
  }
}

export const keptTicketsQuery = queryOptions({
  queryKey: ["kept-tickets"],
  queryFn: keptTickets,
  staleTime: 0,
  gcTime: 0,
});
