import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { comment } from "../../testing/comments.js";
import { settle } from "../../testing/fake-websocket.js";
import { ApiError } from "../sync/api-client.js";
import type { Room } from "../sync/room.js";
import { type Comment, CommentApi, waitUntilSaved } from "./comment-api.js";

const fetch = vi.fn<(address: string, init: RequestInit) => Promise<Response>>();
let api: CommentApi;

beforeEach(() => {
  fetch.mockReset();
  vi.stubGlobal("fetch", fetch);
  vi.stubGlobal("document", { documentElement: { lang: "ar" } });
  vi.stubGlobal("navigator", { onLine: true });
  api = new CommentApi("/comments");
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const page = (...comments: Comment[]) => json({ may: { add: true }, comments, people: [{ id: "per_1" }] });
const sent = (call: number) => {
  const init = fetch.mock.calls[call]?.[1];
  return { body: init?.body, key: new Headers(init?.headers).get("idempotency-key") };
};

test("comments are grouped into threads, in their order", async () => {
  const reply = comment("com_3", { thread: "com_1" });
  fetch.mockResolvedValue(page(comment("com_1"), comment("com_2"), reply));
  await api.fetch();
  expect(fetch.mock.lastCall?.[0]).toBe("/comments?state=all&names=ar");
  expect(api.threads.map((one) => [one.id, one.head.id, one.comments.map((each) => each.id)])).toEqual([
    ["com_1", "com_1", ["com_1", "com_3"]],
    ["com_2", "com_2", ["com_2"]],
  ]);
  expect([api.readers.length, api.canAdd]).toEqual([1, true]);
});

test("calls during a request are answered by one more request", async () => {
  fetch.mockImplementation(async () => page(comment("com_1")));
  await Promise.all([api.fetch(), api.fetch(), api.fetch()]);
  expect(fetch).toHaveBeenCalledTimes(2);
  await api.fetch();
  expect(fetch).toHaveBeenCalledTimes(3);
});

test("what arrives after access was lost is ignored", async () => {
  let answer: (response: Response) => void = () => undefined;
  fetch.mockImplementation(() => new Promise((resolve) => (answer = resolve)));
  const loading = api.fetch();
  api.clear();
  answer(page(comment("com_1")));
  await loading;
  expect([api.threads, api.readers, api.canAdd]).toEqual([[], [], false]);
});

test("a request that failed without an answer is repeated as it was, with its key", async () => {
  fetch.mockRejectedValueOnce(new TypeError("offline")).mockResolvedValue(json({ id: "com_1" }));
  const build = vi.fn(() => ({ body: "رأي", start: build.mock.calls.length }));
  await expect(api.postOnce("", "draft", build)).rejects.toMatchObject({ code: "offline" });
  expect(await api.postOnce("", "draft", build)).toEqual({ id: "com_1" });
  expect(build).toHaveBeenCalledTimes(1);
  expect(sent(1)).toEqual(sent(0));
});

test("once it was answered the same words are another comment", async () => {
  fetch.mockImplementation(async () => json({ id: "com_1" }));
  await api.post("/com_1/replies", { body: "نعم" });
  await api.post("/com_1/replies", { body: "نعم" });
  expect(sent(1).body).toBe(sent(0).body);
  expect(sent(1).key).not.toBe(sent(0).key);
});

test("after a refusal the next attempt is built again", async () => {
  fetch.mockResolvedValueOnce(json({ code: "gone" }, 409)).mockResolvedValue(json({}));
  const build = vi.fn(() => ({}));
  await expect(api.postOnce("", "draft", build)).rejects.toBeInstanceOf(ApiError);
  await api.postOnce("", "draft", build);
  expect(build).toHaveBeenCalledTimes(2);
  expect(sent(1).key).not.toBe(sent(0).key);
});

test("a server error keeps the attempt", async () => {
  fetch.mockResolvedValueOnce(json({}, 503)).mockResolvedValue(json({}));
  await expect(api.post("/x", {})).rejects.toMatchObject({ isTransient: true });
  await api.post("/x", {});
  expect(sent(1).key).toBe(sent(0).key);
});

const roomWith = (status: string, whenSaved: (action: () => void) => void) =>
  ({ status, pending: { whenSaved } }) as unknown as Room;

test("saved is when the room says so", async () => {
  let save: () => void = () => undefined;
  const done = vi.fn();
  void waitUntilSaved(roomWith("saving", (action) => (save = action))).then(done);
  await settle();
  expect(done).not.toHaveBeenCalled();
  save();
  await settle();
  expect(done).toHaveBeenCalled();
});

test("who is offline or signed out need not wait", async () => {
  for (const status of ["offline", "connecting", "out", "gone"])
    await expect(waitUntilSaved(roomWith(status, () => undefined))).rejects.toMatchObject({ code: "offline" });
  vi.stubGlobal("navigator", { onLine: false });
  await expect(waitUntilSaved(roomWith("saved", (action) => action()))).rejects.toMatchObject({ code: "offline" });
});

test("nobody waits longer than 10 seconds", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  const failed = vi.fn();
  void waitUntilSaved(roomWith("saving", () => undefined)).catch(failed);
  vi.advanceTimersByTime(9999);
  await settle();
  expect(failed).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  await settle();
  expect(failed.mock.lastCall?.[0]).toMatchObject({ code: "offline" });
});
