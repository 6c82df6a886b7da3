import type { Bill } from "@/api/types";
import { chinaDay } from "@/components/time";

export interface Month {
  /** "2026-03" */
  key: string;
  bills: Bill[];
  in_fen: number;
  out_fen: number;
}

/** Bills, newest first, cut into China's months, with what came in and went out and did happen. */
export function byMonth(bills: readonly Bill[]): Month[] {
  const months: Month[] = [];
  for (const bill of bills) {
    const key = chinaDay(bill.at).slice(0, 7);
    let month = months.at(-1);
    if (month?.key !== key) {
      month = { key, bills: [], in_fen: 0, out_fen: 0 };
      months.push(month);
    }
    month.bills.push(bill);
    if (bill.status === "succeeded") month[bill.direction === "in" ? "in_fen" : "out_fen"] += bill.amount_fen;
  }
  return months;
}
