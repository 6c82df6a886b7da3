// The shop's orders. What may become of one is decided in `told`, and nowhere else: whatever comes
// late, twice or out of order, an order only goes forward.
import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";

/** Where an order may go from where it is. Of a refund it may hear before it hears of the payment. */
const NEXT = { waiting: ["paid", "refunded", "closed"], paid: ["refunded"], refunded: [], closed: [] };

export class Orders {
  #file;
  #orders;

  constructor(file) {
    this.#file = file;
    try {
      this.#orders = new Map(JSON.parse(readFileSync(file, "utf8")).map((each) => [each.id, each]));
    } catch {
      this.#orders = new Map();
    }
  }

  /** A new order of `buyer` (their number on the platform). Its id is its `out_trade_no`. */
  make(buyer, goods, way) {
    const id = `S${Date.now()}${randomBytes(3).toString("hex")}`;
    const order = { id, buyer, goods: goods.id, fen: goods.fen, way, status: "waiting", news: [] };
    this.#orders.set(id, order);
    this.#keep();
    return order;
  }

  get(id) {
    return this.#orders.get(id);
  }

  of(buyer) {
    return [...this.#orders.values()].filter((each) => each.buyer === buyer).reverse();
  }

  /** Takes `status` for true, which `by` said under `number`; the same again changes nothing. */
  told(order, status, by, number) {
    if (order.news.some((each) => each.by === by && each.number === number)) return;
    if (order.status !== status && !NEXT[order.status].includes(status)) return;
    order.news.push({ status, by, number, at: Date.now() });
    order.status = status;
    this.#keep();
  }

  #keep() {
    writeFileSync(`${this.#file}.new`, JSON.stringify([...this.#orders.values()]));
    renameSync(`${this.#file}.new`, this.#file); // never half a file
  }
}
