/**
 * What this phone keeps to make codes (IndexedDB): the key, which only signs, and tickets. It belongs
 * to who is signed in, and is gone as soon as that person is.
 */
import { queryOptions } from "@tanstack/react-query";
import { api, call } from "@/api/client";
import { aheadOfPhoneMs, presumeAheadMs, serverNow } from "@/api/clock";
import { ApiError } from "@/api/error";
import { newKey } from "@/api/intentKey";
import { done, phoneStore } from "@/api/phoneStore";
import { queryClient } from "@/api/queryClient";
import { signedInUserNo } from "@/api/session";
import { agreed, base64Url, codeOf, fromBase64Url, newHalf, SLOT_MS, slotAt } from "./code";

const inStore = phoneStore("farewave-pay", "device", "id");
const MINE = "mine";
/** The server's word for a phone that was turned off. */
const UNKNOWN = "payments.code_device_unknown";
/** With fewer than this, or within a day of their end, fresh ones are fetched. */
const ENOUGH = 20;
const DAY_MS = 24 * 3_600_000;

interface KeptDevice {
  id: typeof MINE;
  /** Whose it is: the account's number. */
  owner: string;
  /** Another each time that this phone is turned on: what comes for an earlier one is no more of use. */
  enrolment: string;
  key: CryptoKey;
  tickets: string[];
  expiresAt: string;
  aheadMs: number;
}

/** What there is to make codes of, for the pages. */
export interface Kept {
  owner: string;
  enrolment: string;
  left: number;
  expiresAt: string;
}

/** A code on the screen. `until`: when the next takes its place; a till takes it half a minute longer. */
export interface MadeCode {
  code: string;
  until: string;
  takenUntil: string;
}

const loaded = (store: IDBObjectStore) => done(store.get(MINE) as IDBRequest<KeptDevice | undefined>);

/** A phone that keeps nothing, or whose browser doesn't let it, makes no codes. */
async function kept(): Promise<Kept | null> {
  const device = await inStore("readonly", loaded).catch(() => undefined);
  if (!device) return null;
  presumeAheadMs(device.aheadMs);
  const left = Date.parse(device.expiresAt) > serverNow() ? device.tickets.length : 0;
  return { owner: device.owner, enrolment: device.enrolment, left, expiresAt: device.expiresAt };
}

export const keptQuery = queryOptions({ queryKey: ["kept-code-device"], queryFn: kept, staleTime: 0, gcTime: 0 });

/** The same for the pages of `owner`: what another person left on this phone isn't there for them. */
export const keptOf = (owner: string) =>
  queryOptions({ ...keptQuery, select: (found) => (found?.owner === owner ? found : null) });

const changed = () => queryClient.invalidateQueries({ queryKey: keptQuery.queryKey });

/** Whether this phone was turned off elsewhere since its page was opened, to be said where codes were shown. */
export const turnedOffQuery = queryOptions({
  queryKey: ["code-device-turned-off"],
  queryFn: () => false,
  initialData: false,
  enabled: false,
  gcTime: Infinity,
});

const sayTurnedOff = (so: boolean) => queryClient.setQueryData(turnedOffQuery.queryKey, so);

/** Whether a key can be made and kept here: browsers let only HTTPS and localhost do so. */
export function canMakeCodes(): boolean {
  return window.isSecureContext;
}

/** Lets this phone make codes from now on; refused as the pay password is. */
export async function enrol(owner: string, pay_password: string): Promise<void> {
  const half = await newHalf();
  const body = { public_key: base64Url(half.point), pay_password };
  const { server_public_key } = await call(api.PUT("/api/v1/pay-code-devices/mine", { body }));
  const key = await agreed(half, fromBase64Url(server_public_key));
  const device = { id: MINE, owner, enrolment: newKey(), key, ...(await fetchedTickets()) } as const;
  if (signedInUserNo() !== owner) return;
  await inStore("readwrite", (store) => done(store.put(device satisfies KeptDevice)));
  // Signed out while it was written: whatever was wiped then, this came after it.
  if (signedInUserNo() !== owner) await forgetDevice();
  sayTurnedOff(false);
  await changed();
}

async function fetchedTickets(): Promise<Pick<KeptDevice, "tickets" | "expiresAt" | "aheadMs">> {
  const { tickets, expires_at } = await call(api.POST("/api/v1/pay-code-devices/mine/tickets"));
  return { tickets, expiresAt: expires_at, aheadMs: aheadOfPhoneMs() };
}

/** Fetches tickets while there is a network, so that they are there when there is none. */
export async function refill(owner: string): Promise<void> {
  const device = await inStore("readonly", loaded).catch(() => undefined);
  if (device?.owner !== owner) return;
  const ends = Date.parse(device.expiresAt) - serverNow() < DAY_MS;
  if (device.tickets.length >= ENOUGH && !ends) return;
  try {
    const fresh = await fetchedTickets();
    await inStore("readwrite", async (store) => {
      const found = await loaded(store);
      // Signed out or turned off while they were on their way: what was wiped stays so.
      if (found && found.enrolment === device.enrolment) await done(store.put({ ...found, ...fresh }));
    });
  } catch (refusal) {
    if (!isTurnedOff(refusal)) throw refusal;
    await turnedOffElsewhere(device.enrolment);
  }
  await changed();
}

/** Whether the server said that this phone makes no more codes. */
export function isTurnedOff(refusal: unknown): boolean {
  return refusal instanceof ApiError && refusal.code === UNKNOWN;
}

/** What is kept here is worth nothing any more; that is said where codes were shown. */
export async function turnedOffElsewhere(enrolment: string): Promise<void> {
  if (await forgetIf((device) => device.enrolment === enrolment)) sayTurnedOff(true);
}

/** The next code of `owner`'s; null when there is no ticket left that is good still. */
export async function nextCode(owner: string): Promise<MadeCode | null> {
  const device = await inStore("readwrite", async (store) => {
    const found = await loaded(store);
    if (found?.owner !== owner) return undefined;
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
  await forgetIf(() => true);
}

/** Only the key of `userNo` stays. */
export async function keepOnlyDeviceOf(userNo: string | null): Promise<void> {
  await forgetIf((device) => device.owner !== userNo);
}

/** Whether something was there to be forgotten. */
async function forgetIf(wanted: (device: KeptDevice) => boolean): Promise<boolean> {
  const gone = await inStore("readwrite", async (store) => {
    const found = await loaded(store);
    if (!found || !wanted(found)) return false;
    await done(store.delete(MINE));
    return true;
  }).catch(() => false);
  if (gone) await changed();
  return gone;
}
