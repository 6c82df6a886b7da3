/** Ordering and narrowing a list of trains. */
import type { Offer } from "@/api/types";

export const SORTS = ["departure", "duration", "price"] as const;
export type OfferSort = (typeof SORTS)[number];

/** `kinds` empty means every kind. */
export interface OfferFilter {
  kinds: readonly string[];
  onlyBookable: boolean;
}

export const EVERYTHING: OfferFilter = { kinds: [], onlyBookable: false };

/** Above this many a list says that there are tickets, not how many. */
export const MANY_LEFT = 20;

const KIND_ORDER = ["G", "D", "C", "Z", "T", "K"];

const COMPARE: Record<OfferSort, (a: Offer, b: Offer) => number> = {
  departure: (a, b) => Date.parse(a.depart_at) - Date.parse(b.depart_at),
  duration: (a, b) => a.duration_min - b.duration_min,
  // What can't be had has no price: it comes last.
  price: (a, b) => Number(isBookable(b)) - Number(isBookable(a)) || lowestFare(a) - lowestFare(b),
};

/** A new list; trains that tie stand in the order of their departure. */
export function sortedOffers(offers: readonly Offer[], sort: OfferSort): Offer[] {
  return [...offers].sort((a, b) => COMPARE[sort](a, b) || COMPARE.departure(a, b));
}

export function filteredOffers(offers: readonly Offer[], filter: OfferFilter): Offer[] {
  return offers.filter(
    (offer) =>
      (filter.kinds.length === 0 || filter.kinds.includes(offer.kind)) &&
      (!filter.onlyBookable || isBookable(offer)),
  );
}

/** The kinds there are, fastest first as the railway lists them. */
export function kindsOf(offers: readonly Offer[]): string[] {
  const place = (kind: string) => (KIND_ORDER.indexOf(kind) + 1 || KIND_ORDER.length + 1);
  return [...new Set(offers.map((offer) => offer.kind))].sort(
    (a, b) => place(a) - place(b) || a.localeCompare(b),
  );
}

export function isBookable(offer: Offer): boolean {
  return offer.bookable && offer.classes.some((seatClass) => seatClass.left > 0);
}

/** The least a seat costs that can still be had; of a train that is full, the least of all. */
export function lowestFare(offer: Offer): number {
  const free = offer.classes.filter((seatClass) => seatClass.left > 0);
  const fares = (free.length > 0 ? free : offer.classes).map((seatClass) => seatClass.fare_fen);
  return Math.min(...fares);
}

/** How a number of tickets left is told: as "none", as itself, or as "many". */
export function leftLevel(left: number): "none" | "few" | "many" {
  if (left <= 0) return "none";
  return left > MANY_LEFT ? "many" : "few";
}
