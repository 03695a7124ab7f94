// Requests to the HTTP API, with RFC 9457 problem details as errors.
const TIMEOUT = 20_000;

export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly sentence: string,
    private readonly status = 0,
  ) {
    super(code);
  }

  /** Whether a retry may succeed: no response, rate limited (429) or a server error (5xx). */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/**
 * GET, or POST where there is a body, with an idempotency key. Throws ApiError, with the code "offline" where there is
 * no response.
 */
export async function request<T>(address: string, body?: string, key = ""): Promise<T> {
  const headers: Record<string, string> = {
    accept: "application/json",
    "accept-language": document.documentElement.lang,
  };
  if (body !== undefined) Object.assign(headers, { "content-type": "application/json", "idempotency-key": key });
  const method = body === undefined ? "GET" : "POST";
  const response = await fetch(address, {
    method,
    headers,
    body: body ?? null,
    signal: AbortSignal.timeout(TIMEOUT),
  }).catch(() => null);
  if (!response) throw new ApiError("offline", "");
  const content = (await response.json().catch(() => ({}))) as T & { code?: string; detail?: string };
  if (!response.ok) throw new ApiError(content.code ?? String(response.status), content.detail ?? "", response.status);
  return content;
}

export const newIdempotencyKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
