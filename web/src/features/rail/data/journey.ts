/** Journeys as they stand in addresses: /tickets/trains?from=VNP&to=AOH&date=2026-11-25. */
import { isDay } from "../model/dates";
import type { Journey } from "./queries";

const TELECODE = /^[A-Z]{2}[A-Z0-9]$/;

/** The journey that an address names; null when a part is missing or can't be one. */
export function journeyOf(query: URLSearchParams): Journey | null {
  const from = query.get("from") ?? "";
  const to = query.get("to") ?? "";
  const date = query.get("date") ?? "";
  return TELECODE.test(from) && TELECODE.test(to) && isDay(date) ? { from, to, date } : null;
}

export function resultsPath({ from, to, date }: Journey): string {
  return `/tickets/trains?${new URLSearchParams({ from, to, date })}`;
}

export function trainPath(trainNo: string, { from, to, date }: Journey): string {
  const query = new URLSearchParams({ from, to, date });
  return `/tickets/trains/${encodeURIComponent(trainNo)}?${query}`;
}

export function bookPath(trainNo: string, journey: Journey, classCode: string): string {
  const { from, to, date } = journey;
  const query = new URLSearchParams({ from, to, date, class: classCode });
  return `/tickets/book/${encodeURIComponent(trainNo)}?${query}`;
}
