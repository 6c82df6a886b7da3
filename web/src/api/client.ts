import createClient, { type Middleware } from "openapi-fetch";
import i18n from "@/i18n";
import { ApiError, refusalOf, TIMED_OUT } from "./error";
import { queryClient } from "./queryClient";
import type { paths } from "./schema";

const language: Middleware = {
  onRequest({ request }) {
    request.headers.set("Accept-Language", i18n.language === "en" ? "en" : "zh");
    return request;
  },
};

/** As long as the server's own patience with a database: what comes later than this nobody waits for. */
const READ_WITHIN_MS = 15_000;

/**
 * On a weak network an answer may just never come, and what is shown without one would never be shown.
 * Only reads are given up: what became of a command nobody could tell. (AbortSignal.any and timeout are
 * too new for some phones.)
 */
const patience: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET") return undefined;
    const control = new AbortController();
    request.signal.addEventListener("abort", () => {
      control.abort(request.signal.reason);
    });
    setTimeout(() => {
      control.abort(new ApiError(0, TIMED_OUT, ""));
    }, READ_WITHIN_MS);
    return new Request(request, { signal: control.signal });
  },
};

/** The API, typed by its own OpenAPI. Use it inside `call(...)`. */
export const api = createClient<paths>({ baseUrl: "", credentials: "same-origin" });
api.use(language, patience);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Waits for an answer and gives its body; a refusal or an outage is thrown as an ApiError. */
export async function call<T>(answer: Promise<Answer<T>>): Promise<T> {
  let settled: Answer<T>;
  try {
    settled = await answer;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    if (error instanceof SyntaxError) throw new ApiError(503, "service.unavailable", "");
    throw new ApiError(0, "network.offline", "");
  }
  if (!settled.response.ok) {
    const refusal = refusalOf(settled.response.status, settled.error);
    // A session that ended meanwhile (signed out elsewhere, too old): look who is signed in now.
    if (refusal.code === "people.signed_out") {
      void queryClient.invalidateQueries({ queryKey: ["session"] });
    }
    throw refusal;
  }
  return settled.data as T;
}
