import { useEffect } from "react";
import { ApiError } from "@/api/error";
import { useSession } from "@/api/session";
import { forgetDevice, keepOnlyDeviceOf, refill } from "./kept";

/** Lets what makes codes follow who is signed in, and keeps tickets there for when there is no network. */
export function useDeviceKeeping(): void {
  const { data, dataUpdatedAt } = useSession();
  const userNo = data?.person?.user_no ?? null;
  useEffect(() => {
    if (data) void follow(userNo);
  }, [data, dataUpdatedAt, userNo]);
}

async function follow(userNo: string | null): Promise<void> {
  await keepOnlyDeviceOf(userNo);
  if (userNo === null) return;
  try {
    await refill(userNo);
  } catch (refusal) {
    // Revoked from another device: what is kept here is worth nothing any more.
    if (refusal instanceof ApiError && refusal.code === "payments.code_device_unknown") await forgetDevice();
  }
}
