/** The last search of this phone: from where, to where, on which day. */
import { useSyncExternalStore } from "react";

export interface SearchChoice {
  from?: string;
  to?: string;
  date?: string;
}

const KEPT_AS = "farewave.rail.search";
const listeners = new Set<() => void>();
let current: SearchChoice | undefined;

function read(): SearchChoice {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT_AS) ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    const { from, to, date } = kept as Record<string, unknown>;
    const text = (value: unknown) => (typeof value === "string" ? value : undefined);
    return { from: text(from), to: text(to), date: text(date) };
  } catch {
    return {};
  }
}

function snapshot(): SearchChoice {
  return (current ??= read());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function changeSearchChoice(change: SearchChoice): void {
  current = { ...snapshot(), ...change };
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify(current));
  } catch {
    // A phone that keeps nothing still searches; it only forgets.
  }
  for (const listener of listeners) listener();
}

export function useSearchChoice(): SearchChoice {
  return useSyncExternalStore(subscribe, snapshot);
}
