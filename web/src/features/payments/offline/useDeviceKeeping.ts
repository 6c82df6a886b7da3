import { useEffect } from "react";
import { useSession } from "@/api/session";
import { keepOnlyDeviceOf, refill } from "./kept";

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
  // Without an answer it is tried again with the next look at who is signed in.
  await refill(userNo).catch(() => undefined);
}
