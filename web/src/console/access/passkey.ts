import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import { ApiError } from "@/api/error";

/** The server's options are WebAuthn's own, which our API doesn't describe field by field. */
export function optionsOf(options: unknown): PublicKeyCredentialRequestOptionsJSON & PublicKeyCredentialCreationOptionsJSON {
  return options as PublicKeyCredentialRequestOptionsJSON & PublicKeyCredentialCreationOptionsJSON;
}

/** Does `work`; who closes the browser's own dialog has changed their mind, which is no failure. */
export async function withoutCancelling(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ApiError || !(error instanceof Error) || error.name !== "NotAllowedError") throw error;
  }
}
