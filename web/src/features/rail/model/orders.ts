/** Where an order stands for the person who looks at it, and in which order several are listed. */
import type { Order } from "@/api/types";

/**
 * `preparing`: seats are held, the trade isn't there yet. `expired`: the deadline is over, the
 * server hasn't said so yet. `travelled`: issued, and the train has arrived.
 */
export type OrderStage =
  | "preparing"
  | "unpaid"
  | "expired"
  | "issuing"
  | "issued"
  | "travelled"
  | "cancelled"
  | "lapsed"
  | "refunding"
  | "refunded";

/** `nowMs` by the server's clock. */
export function stageOf(order: Order, nowMs: number): OrderStage {
  if (order.status === "held") {
    if (Date.parse(order.pay_before) <= nowMs) return "expired";
    return order.trade_no ? "unpaid" : "preparing";
  }
  if (order.status === "paid") return "issuing";
  if (order.status === "issued") {
    return Date.parse(order.arrive_at) <= nowMs ? "travelled" : "issued";
  }
  return order.status;
}

const GROUP_OF: Record<OrderStage, "unpaid" | "upcoming" | "past"> = {
  preparing: "unpaid",
  unpaid: "unpaid",
  issuing: "upcoming",
  issued: "upcoming",
  expired: "past",
  travelled: "past",
  cancelled: "past",
  lapsed: "past",
  refunding: "past",
  refunded: "past",
};

export interface GroupedOrders {
  unpaid: Order[];
  upcoming: Order[];
  past: Order[];
}

/** Unpaid: the first deadline first. Upcoming: the first departure first. Past: the last first. */
export function groupedOrders(orders: readonly Order[], nowMs: number): GroupedOrders {
  const groups: GroupedOrders = { unpaid: [], upcoming: [], past: [] };
  for (const order of orders) groups[GROUP_OF[stageOf(order, nowMs)]].push(order);
  groups.unpaid.sort((a, b) => Date.parse(a.pay_before) - Date.parse(b.pay_before));
  groups.upcoming.sort(byDeparture);
  groups.past.sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at));
  return groups;
}

/** The issued order whose train has yet to arrive, the earliest; undefined when there is none. */
export function nextTrip(orders: readonly Order[], nowMs: number): Order | undefined {
  return orders.filter((order) => stageOf(order, nowMs) === "issued").sort(byDeparture)[0];
}

const QUICK_MS = 1_000;
const CALM_MS = 5_000;
const QUICK_FOR_MS = 30_000;

/**
 * How soon to look at an order again; false when nothing more can change by itself. Quick for the
 * first half minute that it is `shownForMs` on the screen: its payment may just have been made.
 */
export function lookAgainIn(order: Order, nowMs: number, shownForMs: number): number | false {
  switch (stageOf(order, nowMs)) {
    case "preparing":
    case "unpaid":
    case "expired":
    case "issuing":
    case "refunding":
      return shownForMs < QUICK_FOR_MS ? QUICK_MS : CALM_MS;
    default:
      return false;
  }
}

/**
 * Whether a look should ask the payment platform too, in case its message got lost on the way: the
 * first look at an order whose payment may just have been made, and the calm ones later on.
 */
export function asksPlatform(order: Order | undefined, shownForMs: number): boolean {
  if (order?.status !== "held" || order.trade_no === null) return false;
  return shownForMs < QUICK_MS || shownForMs >= QUICK_FOR_MS;
}

function byDeparture(a: Order, b: Order): number {
  return Date.parse(a.depart_at) - Date.parse(b.depart_at);
}
