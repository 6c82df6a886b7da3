import { useRef, useState } from "react";

/**
 * Does one thing at a time. A ref, not the state, turns the second tap away: two taps may come before
 * anything is drawn in between.
 */
export function useOnce() {
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const once = async (work: () => Promise<unknown>): Promise<void> => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    try {
      await work();
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { busy, once };
}

/** As useOnce, and keeps what it was refused with, to be shown. */
export function useSubmit() {
  const { busy, once } = useOnce();
  const [error, setError] = useState<unknown>(null);
  const submit = (work: () => Promise<unknown>): Promise<void> =>
    once(async () => {
      setError(null);
      try {
        await work();
      } catch (refusal) {
        setError(refusal);
      }
    });
  return { busy, error, submit, setError };
}
