import { createBrowserRouter, Navigate, type RouteObject } from "react-router";
import { Home } from "./Home";
import { MissingPage, PageFailed, PageLoading } from "./OddPages";
import { Shell } from "./Shell";

const routes: RouteObject[] = [
  {
    hydrateFallbackElement: <PageLoading />,
    errorElement: <PageFailed />,
    children: [
      { path: "enter", lazy: async () => ({ Component: (await import("./access/EnterPage")).EnterPage }) },
      { path: "sign-in", lazy: async () => ({ Component: (await import("./access/SignInPage")).SignInPage }) },
      {
        path: "authorize",
        lazy: async () => ({ Component: (await import("./agents/AuthorizePage")).AuthorizePage }),
      },
      {
        element: <Shell />,
        children: [
          { index: true, element: <Home /> },
          { path: "console.html", element: <Navigate to="/" replace /> },
          { path: "security", lazy: async () => ({ Component: (await import("./access/SecurityPage")).SecurityPage }) },
          { path: "apps", lazy: async () => ({ Component: (await import("./apps/AppsPage")).AppsPage }) },
          { path: "apps/:appId", lazy: async () => ({ Component: (await import("./apps/AppPage")).AppPage }) },
          { path: "trades", lazy: async () => ({ Component: (await import("./trades/TradesPage")).TradesPage }) },
          { path: "trades/:tradeNo", lazy: async () => ({ Component: (await import("./trades/TradePage")).TradePage }) },
          { path: "refunds", lazy: async () => ({ Component: (await import("./trades/RefundsPage")).RefundsPage }) },
          {
            path: "notifications",
            lazy: async () => ({ Component: (await import("./notifications/NotificationsPage")).NotificationsPage }),
          },
          { path: "bills", lazy: async () => ({ Component: (await import("./bills/BillsPage")).BillsPage }) },
          { path: "deliveries", lazy: async () => ({ Component: (await import("./notifications/DeliveriesPage")).DeliveriesPage }) },
          { path: "*", element: <MissingPage /> },
        ],
      },
    ],
  },
];

export const router = createBrowserRouter(routes, { basename: "/console" });
