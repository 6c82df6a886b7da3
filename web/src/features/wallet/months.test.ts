import { expect, it } from "vitest";
import type { Bill } from "@/api/types";
import { byMonth } from "./months";

function bill(at: string, more: Partial<Bill> = {}): Bill {
  return {
    bill_id: at, at, kind: "payment", direction: "out", amount_fen: 100, title: "", counterparty: "",
    status: "succeeded", fund_label: "", note: null, reference: { type: "trade", id: "1" }, ...more,
  };
}

it("cuts by China's months, not by the phone's", () => {
  const months = byMonth([bill("2026-03-31T16:00:00Z"), bill("2026-03-31T15:59:59Z")]);
  expect(months.map((month) => month.key)).toEqual(["2026-04", "2026-03"]);
});

it("counts what happened, and only that", () => {
  const [month] = byMonth([
    bill("2026-03-03T00:00:00Z", { amount_fen: 250 }),
    bill("2026-03-02T00:00:00Z", { direction: "in", amount_fen: 1_000 }),
    bill("2026-03-01T00:00:00Z", { direction: "in", amount_fen: 9_999, status: "failed" }),
    bill("2026-03-01T00:00:00Z", { amount_fen: 9_999, status: "pending" }),
  ]);
  expect(month).toMatchObject({ in_fen: 1_000, out_fen: 250 });
  expect(month?.bills).toHaveLength(4);
});
