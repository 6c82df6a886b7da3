import type { RouteObject } from "react-router";

/** The pages below /tickets. */
export const railRoutes: RouteObject[] = [
  { index: true, lazy: async () => ({ Component: (await import("./TicketsPage")).TicketsPage }) },
];
