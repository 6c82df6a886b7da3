import { expect, it } from "vitest";
import type { Bill } from "@/api/types";
import { byMonth, lastMonths } from "./months";

function bill(at: string, more: Partial<Bill> = {}): Bill {
  return {
    bill_id: at, at, kind: "payment", direction: "out", amount_fen: 100, title: "", counterparty: "",
    status: "succeeded", fund_label: "", note: null, reference: { type: "trade", id: "1" }, order_no: null, ...more,
  };
}

it("cuts by China's months, not by the phone's", () => {
  const months = byMonth([bill("2026-03-31T16:00:00Z"), bill("2026-03-31T15:59:59Z")]);
  expect(months.map((month) => month.key)).toEqual(["2026-04", "2026-03"]);
});

it("keeps the bills of a month together, in their order", () => {
  const months = byMonth([bill("2026-03-03T00:00:00Z"), bill("2026-03-01T00:00:00Z"), bill("2026-02-01T00:00:00Z")]);
  expect(months.map((month) => month.bills.length)).toEqual([2, 1]);
});

it("counts months back over the new year, by China's calendar", () => {
  expect(lastMonths(Date.parse("2026-01-31T16:00:00Z"), 4)).toEqual(["2026-02", "2026-01", "2025-12", "2025-11"]);
});
