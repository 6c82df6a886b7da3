import { useQuery } from "@tanstack/react-query";
import type { Station } from "@/api/types";
import { useSearchChoice } from "../data/searchChoice";
import { saleQuery, stationsQuery } from "../data/queries";
import { withinSale } from "../model/dates";

/** The last choice, or the first well-known stations of two cities and the sale's first day. */
export function useChosen() {
  const choice = useSearchChoice();
  const stations = useQuery(stationsQuery);
  const sale = useQuery(saleQuery);
  const byTelecode = (telecode?: string) =>
    stations.data?.find((station) => station.telecode === telecode);
  const from = byTelecode(choice.from) ?? stations.data?.find((station) => station.hot);
  const to = byTelecode(choice.to) ?? firstElsewhere(stations.data, from);
  return {
    stations,
    sale,
    from,
    to,
    date: sale.data && withinSale(choice.date ?? sale.data.first_day, sale.data),
  };
}

function firstElsewhere(stations: Station[] | undefined, from: Station | undefined) {
  return stations?.find((station) => station.hot && station.city !== from?.city);
}
