/** Code of a read whose answer took too long. */
export const TIMED_OUT = "network.timed_out";

/** What the API says when it refuses, or what we say when it can't be reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    /** Stable code like "people.code_wrong"; "network.offline" when nothing answered, TIMED_OUT not in time. */
    readonly code: string,
    /** A sentence for the person, in the language that was asked for; empty for ours to fill in. */
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = "ApiError";
  }

  /** A number among the details, e.g. `tries_left`. */
  number(name: string): number | undefined {
    const value = this.details[name];
    return typeof value === "number" ? value : undefined;
  }

  /** Nothing was refused: the same thing may succeed when tried again. */
  get isOutage(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

/** Whether something was refused: it stays refused however often it is asked. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && !error.isOutage;
}

/** Reads a refusal from an answer's body, whatever it holds. */
export function refusalOf(status: number, body: unknown): ApiError {
  if (typeof body === "object" && body !== null && "code" in body) {
    const { code, message, details } = body as Record<string, unknown>;
    return new ApiError(
      status,
      String(code),
      typeof message === "string" ? message : "",
      typeof details === "object" && details !== null ? { ...details } : {},
    );
  }
  return new ApiError(status, status >= 500 ? "service.unavailable" : "request.unknown", "");
}
