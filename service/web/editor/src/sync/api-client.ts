// What is asked of the service beside the room: as a page of its own, with what it says when it will not.
const LATER = 20_000;

export class Refused extends Error {
  constructor(
    readonly code: string,
    readonly sentence: string,
    private readonly status = 0,
  ) {
    super(code);
  }

  // It says nothing of what was asked: nobody answered, or not now.
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

// Raises Refused; where nothing answers its code is "offline".
export async function asked<T>(address: string, body?: string, key = ""): Promise<T> {
  const headers: Record<string, string> = {
    accept: "application/json",
    "accept-language": document.documentElement.lang,
  };
  if (body !== undefined) Object.assign(headers, { "content-type": "application/json", "idempotency-key": key });
  const method = body === undefined ? "GET" : "POST";
  const answer = await fetch(address, {
    method,
    headers,
    body: body ?? null,
    signal: AbortSignal.timeout(LATER),
  }).catch(() => null);
  if (!answer) throw new Refused("offline", "");
  const said = (await answer.json().catch(() => ({}))) as T & { code?: string; detail?: string };
  if (!answer.ok) throw new Refused(said.code ?? String(answer.status), said.detail ?? "", answer.status);
  return said;
}

export const freshKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
