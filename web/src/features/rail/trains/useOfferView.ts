import { useState } from "react";
import { EVERYTHING, type OfferFilter, type OfferSort } from "../model/offers";

interface OfferView {
  route: string;
  sort: OfferSort;
  filter: OfferFilter;
}

/** Outlives the page, so that a look at one train doesn't undo how the list was set. */
let kept: OfferView | undefined;

/** How the list of a route is sorted and narrowed; the same on every day of it. */
export function useOfferView(from: string, to: string) {
  const route = `${from}-${to}`;
  const [view, setView] = useState<OfferView>(() =>
    kept?.route === route ? kept : { route, sort: "departure", filter: EVERYTHING },
  );
  const change = (part: Partial<OfferView>) => {
    kept = { ...view, ...part };
    setView(kept);
  };
  return {
    sort: view.sort,
    filter: view.filter,
    onSort: (sort: OfferSort) => {
      change({ sort });
    },
    onFilter: (filter: OfferFilter) => {
      change({ filter });
    },
  };
}
