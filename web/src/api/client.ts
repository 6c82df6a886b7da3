import createClient, { type Middleware } from "openapi-fetch";
import i18n from "@/i18n";
import { ApiError, refusalOf } from "./error";
import { queryClient } from "./queryClient";
import type { paths } from "./schema";

const language: Middleware = {
  onRequest({ request }) {
    request.headers.set("Accept-Language", i18n.language === "en" ? "en" : "zh");
    return request;
  },
};

/** The API, typed by its own OpenAPI. Use it inside `call(...)`. */
export const api = createClient<paths>({ baseUrl: "", credentials: "same-origin" });
api.use(language);

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
