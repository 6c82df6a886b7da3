import type { RouteObject } from "react-router";
import { RequireSession } from "@/components/RequireSession";
import { KeptTicketPage } from "./offline/KeptTicketPage";
import { OfflinePage } from "./offline/OfflinePage";

/** The pages below /tickets. Anyone may look up trains; booking and tickets need a session. */
export const railRoutes: RouteObject[] = [
  {
    index: true,
    lazy: async () => ({ Component: (await import("./search/SearchPage")).SearchPage }),
  },
  {
    path: "stations",
    lazy: async () => ({ Component: (await import("./search/StationPage")).StationPage }),
  },
  {
    path: "trains",
    lazy: async () => ({ Component: (await import("./trains/ResultsPage")).ResultsPage }),
  },
  {
    path: "trains/:trainNo",
    lazy: async () => ({ Component: (await import("./trains/TrainPage")).TrainPage }),
  },
  {
    element: <RequireSession offline={OfflinePage} />,
    children: [
      {
        path: "book/:trainNo",
        lazy: async () => ({ Component: (await import("./booking/BookPage")).BookPage }),
      },
      {
        path: "orders",
        lazy: async () => ({ Component: (await import("./orders/OrdersPage")).OrdersPage }),
      },
      {
        path: "orders/:orderId",
        lazy: async () => ({ Component: (await import("./orders/OrderPage")).OrderPage }),
      },
    ],
  },
  {
    element: <RequireSession offline={KeptTicketPage} />,
    children: [
      {
        path: "e/:ticketId",
        lazy: async () => ({ Component: (await import("./ticket/TicketPage")).TicketPage }),
      },
    ],
  },
];
