import { QueryClient } from "@tanstack/react-query";
import { ApiError, TIMED_OUT } from "./error";

/** An outage may be over in a moment; but whoever has waited for a whole time-out has waited enough. */
function mayBeTriedAgain(error: Error): boolean {
  return error instanceof ApiError && error.isOutage && error.code !== TIMED_OUT && navigator.onLine;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Offline is an error with a sentence, not a page that waits without saying why.
      networkMode: "always",
      // Which "always" would turn off: a network that is back is asked at once.
      refetchOnReconnect: true,
      staleTime: 5_000,
      retry: (failures, error) => mayBeTriedAgain(error) && failures < 2,
      retryDelay: (attempt) => 400 * 2 ** attempt,
    },
    mutations: { retry: false, networkMode: "always" },
  },
});
