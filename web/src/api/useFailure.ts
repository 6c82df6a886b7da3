import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";

/**
 * Why the last look failed; null once one succeeded. A query that never had an answer forgets its error
 * whenever it asks again: what stands in for the answer would come and go with each look, and stay away
 * for as long as a stalled network takes.
 */
export function useFailure({ isPending, error }: UseQueryResult): Error | null {
  const [kept, setKept] = useState<Error | null>(null);
  const failure = isPending ? kept : error;
  if (failure !== kept) setKept(failure);
  return failure;
}
