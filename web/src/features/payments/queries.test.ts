import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, it, vi } from "vitest";
import { ApiError } from "@/api/error";
import { offerQuery } from "@/features/agreements/queries";
import { checkoutQuery, payCodeQuery } from "./queries";

vi.mock("@/i18n", () => ({ default: { language: "zh" } }));

/** What a page's watch does after the first look at something failed so. */
async function looksAfter(options: object, failure: ApiError): Promise<boolean> {
  const client = new QueryClient();
  const observer = new QueryObserver(client, {
    ...options,
    queryKey: ["watched"],
    queryFn: () => Promise.reject(failure),
    retry: false,
    enabled: false,
  });
  await observer.refetch();
  const { refetchInterval } = observer.options;
  const again = typeof refetchInterval === "function" ? refetchInterval(observer.getCurrentQuery()) : refetchInterval;
  return again !== false;
}

const watches: [string, object][] = [
  ["a merchant's order", checkoutQuery("none")],
  ["an agreement", offerQuery("none")],
  ["a pay code", payCodeQuery("none", "2020-01-01T00:00:00Z")],
];

it.each(watches)("looks once at %s that isn't there, and again when nobody answered", async (_, options) => {
  expect(await looksAfter(options, new ApiError(404, "payments.checkout_not_found", ""))).toBe(false);
  expect(await looksAfter(options, new ApiError(503, "service.unavailable", ""))).toBe(true);
});
