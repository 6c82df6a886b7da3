import { useState } from "react";
import { sendCode, type CodePurpose } from "./api";
import type { SentCode } from "./CodeField";

/** A code that was sent to a phone, and sending one. `onError` takes what it is refused with. */
export function useCode(purpose: CodePurpose, onError: (error: unknown) => void) {
  const [sent, setSent] = useState<SentCode | null>(null);
  const send = async (phone: string): Promise<boolean> => {
    onError(null);
    try {
      setSent(await sendCode(phone, purpose));
      return true;
    } catch (error) {
      onError(error);
      return false;
    }
  };
  return { sent, send };
}
