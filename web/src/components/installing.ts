import { useSyncExternalStore } from "react";

/** What Chromium hands out once the app may be put on the home screen; no type of the DOM's own yet. */
interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

let offered: InstallPrompt | null = null;
const listeners = new Set<() => void>();

function offer(prompt: InstallPrompt | null): void {
  offered = prompt;
  for (const listener of listeners) listener();
}

window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault(); // asked for on "Me", not in the middle of a payment
  offer(event as InstallPrompt);
});
window.addEventListener("appinstalled", () => {
  offer(null);
});

function isInstalled(): boolean {
  const standalone = (navigator as { standalone?: boolean }).standalone;
  return standalone === true || window.matchMedia("(display-mode: standalone)").matches;
}

function isApple(): boolean {
  const { userAgent, maxTouchPoints } = navigator;
  return /iPhone|iPad|iPod/.test(userAgent) || (userAgent.includes("Macintosh") && maxTouchPoints > 1);
}

/** How this browser gets the app onto the home screen: by our button, by a hint, or not (any more). */
export function useInstall(): { way: "button"; install: () => Promise<void> } | { way: "hint" } | null {
  const prompt = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => offered,
  );
  if (isInstalled()) return null;
  if (prompt) {
    return {
      way: "button",
      install: async () => {
        offer(null); // it can be used once
        // Refused when another tap was quicker: there is nothing to tell.
        await prompt.prompt().catch(() => undefined);
      },
    };
  }
  return isApple() ? { way: "hint" } : null;
}
