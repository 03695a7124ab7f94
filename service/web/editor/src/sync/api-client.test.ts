import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ApiError, newIdempotencyKey, request } from "./api-client.js";

const fetch = vi.fn<(address: string, init: RequestInit) => Promise<Response>>();

beforeEach(() => {
  fetch.mockReset();
  vi.stubGlobal("fetch", fetch);
  vi.stubGlobal("document", { documentElement: { lang: "ar" } });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

const failure = (address: string) =>
  request(address).then(
    () => expect.unreachable(),
    (error: ApiError) => error,
  );

test("a read is a GET in the page's language", async () => {
  fetch.mockResolvedValue(json({ people: [] }));
  expect(await request("/authors")).toEqual({ people: [] });
  const [address, init] = fetch.mock.lastCall ?? [];
  expect([address, init?.method, init?.body]).toEqual(["/authors", "GET", null]);
  expect(init?.headers).toEqual({ accept: "application/json", "accept-language": "ar" });
});

test("a write is a POST with an idempotency key", async () => {
  fetch.mockResolvedValue(json({ id: "com_1" }));
  await request("/comments", '{"body":"رأي"}', "k1");
  const [, init] = fetch.mock.lastCall ?? [];
  expect([init?.method, init?.body]).toEqual(["POST", '{"body":"رأي"}']);
  expect(init?.headers).toMatchObject({ "content-type": "application/json", "idempotency-key": "k1" });
});

test.each([
  [403, false],
  [404, false],
  [422, false],
  [429, true],
  [500, true],
  [503, true],
])("a problem with status %i: may a retry succeed? %s", async (status, isTransient) => {
  fetch.mockResolvedValue(json({ code: "forbidden", detail: "لا يحقّ لك هذا." }, status));
  const error = await failure("/x");
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ code: "forbidden", sentence: "لا يحقّ لك هذا.", isTransient });
});

test("an answer without JSON is an error with its status", async () => {
  fetch.mockResolvedValue(new Response("<html>", { status: 502 }));
  expect(await failure("/x")).toMatchObject({ code: "502", sentence: "", isTransient: true });
});

test("no answer is being offline", async () => {
  fetch.mockRejectedValue(new TypeError("failed to fetch"));
  expect(await failure("/x")).toMatchObject({ code: "offline", isTransient: true });
});

test("an idempotency key is 128 random bits in hexadecimal", () => {
  const keys = new Set(Array.from({ length: 100 }, newIdempotencyKey));
  expect(keys.size).toBe(100);
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
});
