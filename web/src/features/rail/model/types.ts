/** Parts of the API's types that rail's pages name by themselves. */
import type { Offer, Order } from "@/api/types";

export type Place = Offer["from"];
export type SeatClass = Offer["classes"][number];
export type OrderSeat = Order["seats"][number];
