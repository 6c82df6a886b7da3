import { useRef } from "react";

/** 32 hex characters. Not crypto.randomUUID: phones reach a test server without TLS as well. */
export function newKey(): string {
  const octets = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

/**
 * One Idempotency-Key for one intent, kept until it succeeded: a repeat after a lost answer gets the
 * first answer again instead of doing it twice. Another intent (another amount, another card) gets
 * another key.
 */
export function useIntentKey() {
  const kept = useRef<{ intent: string; key: string } | null>(null);
  return {
    /** The header for this intent, e.g. `headers(JSON.stringify({ card, amount }))`. */
    headers(intent: string): { "Idempotency-Key": string } {
      if (kept.current?.intent !== intent) kept.current = { intent, key: newKey() };
      return { "Idempotency-Key": kept.current.key };
    },
    /** It succeeded: the next one is a new intent. */
    done() {
      kept.current = null;
    },
  };
}
