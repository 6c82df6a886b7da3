import { useSearchParams } from "react-router";
import type { Bill } from "@/api/types";
import type { Wanted } from "./queries";

export const BILL_KINDS: readonly Bill["kind"][] = ["payment", "refund", "top_up", "transfer", "withdrawal"];
const DIRECTIONS: readonly Bill["direction"][] = ["in", "out"];

/** Which bills are wanted, kept in the address, so that going back from a bill finds them again. */
export function useWantedBills() {
  const [search, setSearch] = useSearchParams();
  const text = search.get("text")?.trim();
  const month = search.get("month");
  const kind = BILL_KINDS.find((each) => each === search.get("kind"));
  const direction = DIRECTIONS.find((each) => each === search.get("direction"));
  const wanted: Wanted = {
    ...(text ? { text } : {}),
    ...(month ? { month } : {}),
    ...(kind ? { kind } : {}),
    ...(direction ? { direction } : {}),
  };
  return {
    wanted,
    narrowed: Object.keys(wanted).length > 0,
    /** Changes some of what is wanted; undefined lets all through again. */
    narrow: (change: { [Name in keyof Wanted]?: Wanted[Name] | undefined }) => {
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(change)) {
            if (value) after.set(name, value);
            else after.delete(name);
          }
          return after;
        },
        { replace: true },
      );
    },
    clear: () => {
      setSearch({}, { replace: true });
    },
  };
}
