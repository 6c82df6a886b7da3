import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./error";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Offline is an error with a sentence, not a page that waits without saying why.
      networkMode: "always",
      staleTime: 5_000,
      retry: (failures, error) => error instanceof ApiError && error.isOutage && navigator.onLine && failures < 2,
      retryDelay: (attempt) => 400 * 2 ** attempt,
    },
    mutations: { retry: false, networkMode: "always" },
  },
});
