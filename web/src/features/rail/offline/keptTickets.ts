/**
 * Tickets kept on this phone (IndexedDB), so that they can be shown where there is no network. They
 * belong to who is signed in, and are gone as soon as that person is.
 */
import { queryOptions } from "@tanstack/react-query";
import { serverNow } from "@/api/clock";
import { done, phoneStore } from "@/api/phoneStore";
import { signedInUserNo } from "@/api/session";
import type { Ticket } from "@/api/types";

const inStore = phoneStore("farewave", "tickets", "ticket.ticket_id");
const KEPT_AFTER_ARRIVAL_MS = 6 * 3_600_000;

export interface KeptTicket {
  ticket: Ticket;
  /** Whose it is: the account's number. */
  owner: string;
  /** When the server said so, in milliseconds. */
  asOf: number;
}

/** Whatever was kept. A phone that keeps nothing has none. */
async function allKept(): Promise<KeptTicket[]> {
  return await inStore("readonly", (store) => done(store.getAll() as IDBRequest<KeptTicket[]>)).catch(() => []);
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
  if (owner === null || owner !== signedInUserNo()) return;
  const kept: KeptTicket = { ticket, owner, asOf: serverNow() };
  if (!isOfUse(ticket)) await forget(kept);
  else await inStore("readwrite", (store) => done(store.put(kept))).catch(() => undefined);
  // Signed out while it was written: whatever was cleared then, this came after it.
  if (owner !== signedInUserNo()) await forget(kept);
}

async function forget({ ticket }: KeptTicket): Promise<void> {
  await inStore("readwrite", (store) => done(store.delete(ticket.ticket_id))).catch(() => undefined);
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
