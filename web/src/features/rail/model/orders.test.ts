import { describe, expect, it } from "vitest";
import type { Order } from "@/api/types";
import { asksPlatform, groupedOrders, lookAgainIn, nextTrip, stageOf } from "./orders";

const NOW = Date.parse("2026-11-25T04:00:00Z");
const PLACE = { telecode: "VNP", name: "北京南", name_en: "Beijing South" };

function order(order_id: string, change: Partial<Order>): Order {
  return {
    order_id,
    order_no: "E1",
    status: "held",
    train_no: "24000000G109",
    train_code: "G1",
    from: PLACE,
    to: PLACE,
    depart_at: "2026-11-26T01:00:00Z",
    arrive_at: "2026-11-26T05:48:00Z",
    date: "2026-11-26",
    class_code: "O",
    class_name: "二等座",
    class_name_en: "Second class",
    total_fen: 55_300,
    created_at: "2026-11-25T03:50:00Z",
    pay_before: "2026-11-25T04:10:00Z",
    trade_no: "2026112500000000000000000001",
    seats: [],
    ...change,
  };
}

const UNPAID = order("unpaid", {});
const PREPARING = order("preparing", { trade_no: null, pay_before: "2026-11-25T04:05:00Z" });
const EXPIRED = order("expired", { pay_before: "2026-11-25T03:59:59Z" });
const ISSUED = order("issued", { status: "issued" });
const SOONER = order("sooner", { status: "issued", depart_at: "2026-11-25T03:00:00Z" });
const TRAVELLED = order("travelled", {
  status: "issued",
  depart_at: "2026-11-24T01:00:00Z",
  arrive_at: "2026-11-24T05:48:00Z",
});
const LAPSED = order("lapsed", { status: "lapsed", created_at: "2026-11-25T03:55:00Z" });

describe("where an order stands", () => {
  it("is read from its status, its trade and the server's clock", () => {
    expect(stageOf(UNPAID, NOW)).toBe("unpaid");
    expect(stageOf(PREPARING, NOW)).toBe("preparing");
    expect(stageOf(EXPIRED, NOW)).toBe("expired");
    expect(stageOf(order("paid", { status: "paid" }), NOW)).toBe("issuing");
    expect(stageOf(ISSUED, NOW)).toBe("issued");
    expect(stageOf(TRAVELLED, NOW)).toBe("travelled");
    expect(stageOf(LAPSED, NOW)).toBe("lapsed");
  });

  it("is looked at quickly at first, then calmly, and never again once it is settled", () => {
    expect(lookAgainIn(PREPARING, NOW, 3_000)).toBe(1_000);
    expect(lookAgainIn(UNPAID, NOW, 3_000)).toBe(1_000);
    expect(lookAgainIn(UNPAID, NOW, 200_000)).toBe(5_000);
    expect(lookAgainIn(ISSUED, NOW, 3_000)).toBe(false);
    expect(lookAgainIn(LAPSED, NOW, 3_000)).toBe(false);
  });
});

describe("asking the payment platform", () => {
  it("happens at the first look at an unpaid order and at the calm ones", () => {
    expect([0, 5_000, 31_000].map((shown) => asksPlatform(UNPAID, shown))).toEqual([
      true,
      false,
      true,
    ]);
  });

  it("never happens where no money can be on its way", () => {
    expect(asksPlatform(undefined, 0)).toBe(false);
    expect(asksPlatform(PREPARING, 0)).toBe(false);
    expect(asksPlatform(ISSUED, 0)).toBe(false);
  });
});

describe("several orders", () => {
  const all = [TRAVELLED, LAPSED, ISSUED, UNPAID, SOONER, EXPIRED, PREPARING];
  const ids = (orders: Order[]) => orders.map((each) => each.order_id);

  it("stand unpaid, upcoming, past, each in the order that matters there", () => {
    const groups = groupedOrders(all, NOW);
    expect(ids(groups.unpaid)).toEqual(["preparing", "unpaid"]);
    expect(ids(groups.upcoming)).toEqual(["sooner", "issued"]);
    expect(ids(groups.past)).toEqual(["lapsed", "travelled", "expired"]);
  });

  it("have one next trip: the first that hasn't arrived", () => {
    expect(nextTrip(all, NOW)?.order_id).toBe("sooner");
    expect(nextTrip([UNPAID, TRAVELLED], NOW)).toBeUndefined();
  });
});
