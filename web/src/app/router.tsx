import { lazy } from "react";
import { createBrowserRouter, type RouteObject } from "react-router";
import { RequireSession } from "@/components/RequireSession";
import { OfflinePage } from "@/features/rail/offline/OfflinePage";
import { railRoutes } from "@/features/rail/routes";
import { Layout } from "./Layout";
import { NotFoundPage, PageFailed, PageLoading } from "./OddPages";

const signedIn: RouteObject[] = [
  { index: true, lazy: async () => ({ Component: (await import("@/features/wallet/HomePage")).HomePage }) },
  { path: "top-up", lazy: async () => ({ Component: (await import("@/features/wallet/TopUpPage")).TopUpPage }) },
  { path: "withdraw", lazy: async () => ({ Component: (await import("@/features/wallet/WithdrawPage")).WithdrawPage }) },
  {
    path: "withdraw/:withdrawalId",
    lazy: async () => ({ Component: (await import("@/features/wallet/WithdrawResultPage")).WithdrawResultPage }),
  },
  { path: "top-up/:topUpId", lazy: async () => ({ Component: (await import("@/features/wallet/TopUpResultPage")).TopUpResultPage }) },
  { path: "send", lazy: async () => ({ Component: (await import("@/features/wallet/SendPage")).SendPage }) },
  { path: "send/:transferId", lazy: async () => ({ Component: (await import("@/features/wallet/SendResultPage")).SendResultPage }) },
  { path: "bills", lazy: async () => ({ Component: (await import("@/features/wallet/BillsPage")).BillsPage }) },
  { path: "bills/:billId", lazy: async () => ({ Component: (await import("@/features/wallet/BillPage")).BillPage }) },
  { path: "cards", lazy: async () => ({ Component: (await import("@/features/banks/CardsPage")).CardsPage }) },
  { path: "cards/bind", lazy: async () => ({ Component: (await import("@/features/banks/BindCardPage")).BindCardPage }) },
  { path: "cashier/:tradeNo", lazy: async () => ({ Component: (await import("@/features/payments/CashierPage")).CashierPage }) },
  { path: "authorize", lazy: async () => ({ Component: (await import("@/features/login/ConsentPage")).ConsentPage }) },
  { path: "me", lazy: async () => ({ Component: (await import("@/features/people/MePage")).MePage }) },
  { path: "me/pay-code", lazy: async () => ({ Component: (await import("@/features/payments/CodeSettingsPage")).CodeSettingsPage }) },
  { path: "me/devices", lazy: async () => ({ Component: (await import("@/features/people/DevicesPage")).DevicesPage }) },
  {
    path: "me/agreements",
    lazy: async () => ({ Component: (await import("@/features/agreements/AgreementsPage")).AgreementsPage }),
  },
  { path: "me/apps", lazy: async () => ({ Component: (await import("@/features/login/AllowedAppsPage")).AllowedAppsPage }) },
  { path: "me/real-name", lazy: async () => ({ Component: (await import("@/features/people/RealNamePage")).RealNamePage }) },
  { path: "me/pay-password", lazy: async () => ({ Component: (await import("@/features/people/PayPasswordPage")).PayPasswordPage }) },
];

/** The worker keeps its part of the app, too: it isn't fetched with the first page. */
const KeptCodePage = lazy(async () => ({
  default: (await import("@/features/payments/offline/KeptCodePage")).KeptCodePage,
}));

/** A phone that was enrolled shows its codes without a network, too. */
const payCode: RouteObject[] = [
  { path: "pay-code", lazy: async () => ({ Component: (await import("@/features/payments/PayCodePage")).PayCodePage }) },
];

const routes: RouteObject[] = [
  {
    element: <Layout />,
    hydrateFallbackElement: <PageLoading />,
    errorElement: <PageFailed />,
    children: [
      {
        errorElement: <PageFailed />,
        children: [
          { element: <RequireSession offline={OfflinePage} />, children: signedIn },
          { element: <RequireSession offline={KeptCodePage} />, children: payCode },
          { path: "sign-in", lazy: async () => ({ Component: (await import("@/features/people/SignInPage")).SignInPage }) },
          { path: "sign-up", lazy: async () => ({ Component: (await import("@/features/people/SignUpPage")).SignUpPage }) },
          { path: "reset-password", lazy: async () => ({ Component: (await import("@/features/people/ResetPasswordPage")).ResetPasswordPage }) },
          // A desktop shows these to be scanned, whoever sits before it.
          { path: "pay/:token", lazy: async () => ({ Component: (await import("@/features/payments/CheckoutLinkPage")).CheckoutLinkPage }) },
          { path: "s/:token", lazy: async () => ({ Component: (await import("@/features/payments/ShopCodePage")).ShopCodePage }) },
          { path: "sign/:token", lazy: async () => ({ Component: (await import("@/features/agreements/SignPage")).SignPage }) },
          { path: "q/:token", lazy: async () => ({ Component: (await import("@/features/payments/ScannedPage")).ScannedPage }) },
          { path: "sandbox", lazy: async () => ({ Component: (await import("@/features/sandbox/GatewayFaultsPage")).GatewayFaultsPage }) },
          // Tickets say themselves which of their pages need a session: anyone may look up trains.
          { path: "tickets", children: railRoutes },
          { path: "*", element: <NotFoundPage /> },
        ],
      },
    ],
  },
];

export const router = createBrowserRouter(routes);

/** Fetches every page's code ahead of need, so that a tap waits for nothing, nor for a network. */
export async function fetchPages(from: readonly RouteObject[] = routes): Promise<void> {
  for (const route of from) {
    // A failure is no matter here: the page asks again when it is opened.
    if (typeof route.lazy === "function") await route.lazy().catch(() => undefined);
    if (route.children) await fetchPages(route.children);
  }
}
