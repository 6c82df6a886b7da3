import { useSyncExternalStore } from "react";

interface Notice {
  id: number;
  text: string;
}

const SHOWN_MS = 2_600;

let current: Notice | null = null;
let lastId = 0;
const listeners = new Set<() => void>();

function set(notice: Notice | null): void {
  current = notice;
  for (const listener of listeners) listener();
}

/** Says in passing that something was done. What needs an answer is said on the page instead. */
export function notify(text: string): void {
  const notice = { id: ++lastId, text };
  set(notice);
  setTimeout(() => {
    if (current === notice) set(null);
  }, SHOWN_MS);
}

export function useNotice(): Notice | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
