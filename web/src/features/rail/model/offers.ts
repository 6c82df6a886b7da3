/** Ordering and narrowing a list of trains. */
import type { Offer } from "@/api/types";

export const SORTS = ["departure", "duration", "price"] as const;
export type OfferSort = (typeof SORTS)[number];

/** Quarters of the day, each beginning with its hour in China. */
export const PARTS_OF_DAY = [0, 6, 12, 18] as const;
export type PartOfDay = (typeof PARTS_OF_DAY)[number];

/** What is empty leaves out nothing; `stations` are keys of `stationsOf`. */
export interface OfferFilter {
  kinds: readonly string[];
  hours: readonly PartOfDay[];
  stations: readonly string[];
  onlyBookable: boolean;
}

export const EVERYTHING: OfferFilter = { kinds: [], hours: [], stations: [], onlyBookable: false };

/** Above this many a list says that there are tickets, not how many. */
export const MANY_LEFT = 20;

/** Fastest first, as the railway lists them; trains whose number has no letter are of the kind "0". */
export const KINDS: readonly string[] = ["G", "D", "C", "Z", "T", "K", "Y", "0"];

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
      (filter.hours.length === 0 || filter.hours.includes(partOfDay(offer))) &&
      isAtStation(offer, filter.stations) &&
      (!filter.onlyBookable || isBookable(offer)),
  );
}

/** The quarter of China's day in which a train leaves. */
export function partOfDay(offer: Offer): PartOfDay {
  const hour = (new Date(offer.depart_at).getUTCHours() + 8) % 24;
  return PARTS_OF_DAY[Math.floor(hour / 6)] ?? 0;
}

/** Of the stations of one end that were picked, one; an end of which none was picked doesn't count. */
function isAtStation(offer: Offer, picked: readonly string[]): boolean {
  if (picked.length === 0) return true;
  const starts = picked.filter((each) => each.startsWith(FROM));
  const ends = picked.filter((each) => each.startsWith(TO));
  return (
    (starts.length === 0 || starts.includes(FROM + offer.from.telecode)) &&
    (ends.length === 0 || ends.includes(TO + offer.to.telecode))
  );
}

const FROM = "from:";
const TO = "to:";

export interface StationChoice {
  key: string;
  station: Offer["from"];
  leaving: boolean;
}

/** The stations to choose between: of an end where there are several, each once. */
export function stationsOf(offers: readonly Offer[]): StationChoice[] {
  const ends = [
    { prefix: FROM, leaving: true, places: offers.map((offer) => offer.from) },
    { prefix: TO, leaving: false, places: offers.map((offer) => offer.to) },
  ];
  return ends.flatMap(({ prefix, leaving, places }) => {
    const once = new Map(places.map((place) => [place.telecode, place]));
    if (once.size < 2) return [];
    return [...once.values()].map((station) => ({
      key: prefix + station.telecode,
      station,
      leaving,
    }));
  });
}

/** The kinds there are, in the order of KINDS. */
export function kindsOf(offers: readonly Offer[]): string[] {
  const place = (kind: string) => (KINDS.indexOf(kind) + 1 || KINDS.length + 1);
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
