/**
 * What this phone keeps to make codes (IndexedDB): the key, which only signs, and tickets. It belongs
 * to who is signed in, and is gone as soon as that person is.
 */
import { queryOptions } from "@tanstack/react-query";
import { api, call } from "@/api/client";
import { aheadOfPhoneMs, presumeAheadMs, serverNow } from "@/api/clock";
import { queryClient } from "@/api/queryClient";
import { agreed, base64Url, codeOf, fromBase64Url, newHalf, SLOT_MS, slotAt } from "./code";

const DATABASE = "farewave-pay";
const STORE = "device";
const MINE = "mine";
/** With fewer than this, or within a day of their end, fresh ones are fetched. */
const ENOUGH = 20;
const DAY_MS = 24 * 3_600_000;

interface KeptDevice {
  id: typeof MINE;
  /** Whose it is: the account's number. */
  owner: string;
  key: CryptoKey;
  tickets: string[];
  expiresAt: string;
  aheadMs: number;
}

/** What there is to make codes of, for the pages. */
export interface Kept {
  owner: string;
  left: number;
  expiresAt: string;
}

/** A code on the screen. `until`: when the next takes its place; a till takes it half a minute longer. */
export interface MadeCode {
  code: string;
  until: string;
  takenUntil: string;
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

async function inStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => Promise<T>): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(STORE, { keyPath: "id" });
  };
  const database = await done(opening);
  try {
    return await work(database.transaction(STORE, mode).objectStore(STORE));
  } finally {
    database.close();
  }
}

const loaded = (store: IDBObjectStore) => done(store.get(MINE) as IDBRequest<KeptDevice | undefined>);

/** A phone that keeps nothing, or whose browser doesn't let it, makes no codes. */
async function kept(): Promise<Kept | null> {
  const device = await inStore("readonly", loaded).catch(() => undefined);
  if (!device) return null;
  presumeAheadMs(device.aheadMs);
  const left = Date.parse(device.expiresAt) > serverNow() ? device.tickets.length : 0;
  return { owner: device.owner, left, expiresAt: device.expiresAt };
}

export const keptQuery = queryOptions({ queryKey: ["kept-code-device"], queryFn: kept, staleTime: 0, gcTime: 0 });

const changed = () => queryClient.invalidateQueries({ queryKey: keptQuery.queryKey });

/** Lets this phone make codes from now on; refused as the pay password is. */
export async function enrol(owner: string, pay_password: string): Promise<void> {
  const half = await newHalf();
  const body = { public_key: base64Url(half.point), pay_password };
  const { server_public_key } = await call(api.PUT("/api/v1/pay-code-devices/mine", { body }));
  const key = await agreed(half, fromBase64Url(server_public_key));
  await keepTickets({ id: MINE, owner, key, tickets: [], expiresAt: "", aheadMs: 0 });
}

async function keepTickets(device: KeptDevice): Promise<void> {
  const { tickets, expires_at } = await call(api.POST("/api/v1/pay-code-devices/mine/tickets"));
  const filled = { ...device, tickets, expiresAt: expires_at, aheadMs: aheadOfPhoneMs() };
  await inStore("readwrite", (store) => done(store.put(filled)));
  await changed();
}

/** Fetches tickets while there is a network, so that they are there when there is none. */
export async function refill(owner: string): Promise<void> {
  const device = await inStore("readonly", loaded).catch(() => undefined);
  if (device?.owner !== owner) return;
  const ends = Date.parse(device.expiresAt) - serverNow() < DAY_MS;
  if (device.tickets.length < ENOUGH || ends) await keepTickets(device);
}

/** The next code; null when there is no ticket left that is good still. */
export async function nextCode(): Promise<MadeCode | null> {
  const device = await inStore("readwrite", async (store) => {
    const found = await loaded(store);
    if (!found) return undefined;
    // Taken out in the same transaction: another tab shows another one.
    await done(store.put({ ...found, tickets: found.tickets.slice(1) }));
    return found;
  }).catch(() => undefined);
  const ticket = device?.tickets[0];
  if (!device || ticket === undefined || Date.parse(device.expiresAt) <= serverNow()) return null;
  const slot = slotAt(serverNow());
  return {
    code: await codeOf(device.key, ticket, slot),
    until: new Date((slot + 1) * SLOT_MS).toISOString(),
    takenUntil: new Date((slot + 2) * SLOT_MS).toISOString(),
  };
}

/** This phone makes no more codes; the server is told elsewhere. */
export async function forgetDevice(): Promise<void> {
  await inStore("readwrite", (store) => done(store.delete(MINE))).catch(() => undefined);
  await changed();
}

/** Only the key of `userNo` stays. */
export async function keepOnlyDeviceOf(userNo: string | null): Promise<void> {
  const device = await inStore("readonly", loaded).catch(() => undefined);
  if (device && device.owner !== userNo) await forgetDevice();
}
