import { useEffect } from "react";

/** Keeps the screen from going dark while something has to be read from it, where the phone lets us. */
export function useScreenOn(wanted: boolean): void {
  useEffect(() => {
    if (!wanted || !("wakeLock" in navigator)) return;
    let lock: Promise<WakeLockSentinel | null> = Promise.resolve(null);
    const hold = () => {
      if (document.visibilityState !== "visible") return;
      // Refused when the battery is low: the screen then goes dark as ever.
      lock = navigator.wakeLock.request("screen").catch(() => null);
    };
    hold();
    // The lock ends whenever the page is out of sight.
    document.addEventListener("visibilitychange", hold);
    return () => {
      document.removeEventListener("visibilitychange", hold);
      void lock.then((held) => held?.release());
    };
  }, [wanted]);
}
