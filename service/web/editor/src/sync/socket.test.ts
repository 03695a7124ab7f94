import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { FakeWebSocket, fakePage, restorePage, settle } from "../../testing/fake-websocket.js";
import { encodeAwareness } from "./protocol.js";
import { ReconnectingSocket } from "./socket.js";

let page: EventTarget;
const onFrame = vi.fn<(frame: unknown) => Promise<void> | void>();
const onBadFrame = vi.fn<(isPresence: boolean, error: unknown) => void>();
const onClose = vi.fn<(code: number) => boolean>();

beforeEach(() => {
  page = fakePage();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  onFrame.mockReset();
  onBadFrame.mockReset();
  onClose.mockReset().mockReturnValue(true);
});

afterEach(() => {
  vi.restoreAllMocks();
  restorePage();
});

function open(): ReconnectingSocket {
  const socket = new ReconnectingSocket("ws://host/live", { onFrame, onBadFrame, onClose });
  socket.open();
  return socket;
}

test("frames are decoded and handled one after another", async () => {
  let finish: () => void = () => undefined;
  onFrame.mockImplementationOnce(() => new Promise<void>((resolve) => (finish = resolve)));
  open();
  FakeWebSocket.last.accept().deliver(encodeAwareness(Uint8Array.of(1)));
  FakeWebSocket.last.deliver(encodeAwareness(Uint8Array.of(2)));
  await settle();
  expect(onFrame.mock.calls).toEqual([[{ kind: "awareness", update: Uint8Array.of(1) }]]);
  finish();
  await settle();
  expect(onFrame).toHaveBeenCalledTimes(2);
});

test("a frame that cannot be decoded or handled is reported, and the next is handled", async () => {
  open();
  const socket = FakeWebSocket.last.accept();
  onFrame.mockRejectedValueOnce(new Error("handled badly"));
  onBadFrame.mockImplementationOnce(() => {
    throw new Error("and reported badly");
  });
  for (const bytes of [[1, 1, 5], [1, 9], [0, 0], [], [101, 1, 7]]) socket.deliver(Uint8Array.from(bytes));
  socket.deliver(encodeAwareness(Uint8Array.of(2)));
  await settle();
  expect(onBadFrame.mock.calls.map(([isPresence]) => isPresence)).toEqual([true, true, false, false, false]);
  expect(onFrame).toHaveBeenLastCalledWith({ kind: "awareness", update: Uint8Array.of(2) });
});

test("nothing is sent before the connection is open", () => {
  const socket = open();
  socket.send(Uint8Array.of(1));
  expect(FakeWebSocket.last.sent).toEqual([]);
  FakeWebSocket.last.accept();
  socket.send(Uint8Array.of(1));
  expect(FakeWebSocket.last.sent).toEqual([Uint8Array.of(1)]);
});

test("it reconnects with exponential backoff, up to 20 seconds", () => {
  open();
  for (const delay of [500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]) {
    const before = FakeWebSocket.all.length;
    FakeWebSocket.last.drop(1006);
    vi.advanceTimersByTime(delay - 1);
    expect(FakeWebSocket.all).toHaveLength(before);
    vi.advanceTimersByTime(1);
    expect(FakeWebSocket.all).toHaveLength(before + 1);
  }
});

test("the backoff has jitter of one half, and begins again once the server answered", () => {
  const socket = open();
  FakeWebSocket.last.drop(1006);
  vi.advanceTimersByTime(500);
  socket.resetBackoff();
  vi.spyOn(Math, "random").mockReturnValue(0);
  FakeWebSocket.last.drop(1006);
  vi.advanceTimersByTime(249);
  expect(FakeWebSocket.all).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(FakeWebSocket.all).toHaveLength(3);
});

test("it stays closed where the room says so, and opens when it is told to", () => {
  onClose.mockReturnValue(false);
  const socket = open();
  FakeWebSocket.last.drop(4401);
  vi.advanceTimersByTime(100_000);
  page.dispatchEvent(new Event("online"));
  expect(onClose).toHaveBeenCalledWith(4401);
  expect(FakeWebSocket.all).toHaveLength(1);
  socket.open();
  expect(FakeWebSocket.all).toHaveLength(2);
});

test("frames and the close of an old connection are ignored", async () => {
  const socket = open();
  const old = FakeWebSocket.last.accept();
  socket.reconnect();
  expect(old.closedWith).toBe(1000);
  old.deliver(encodeAwareness(Uint8Array.of(1)));
  old.drop(1000);
  await settle();
  expect(onFrame).not.toHaveBeenCalled();
  expect(onClose).not.toHaveBeenCalled();
  expect(FakeWebSocket.all).toHaveLength(2);
});

test("a connection that is given up counts as lost", () => {
  const socket = open();
  socket.drop();
  expect(onClose).toHaveBeenCalledWith(1006);
  socket.drop();
  expect(onClose).toHaveBeenCalledTimes(1);
});

test("the browser's own news: offline, online, leaving the page and coming back", () => {
  open();
  FakeWebSocket.last.accept();
  page.dispatchEvent(new Event("offline"));
  expect(onClose).toHaveBeenCalledWith(1006);
  page.dispatchEvent(new Event("online"));
  expect(FakeWebSocket.all).toHaveLength(2);
  page.dispatchEvent(new Event("online"));
  expect(FakeWebSocket.all).toHaveLength(2);
  page.dispatchEvent(new Event("pagehide"));
  expect(FakeWebSocket.last.closedWith).toBe(1000);
  FakeWebSocket.last.drop(1000);
  page.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: false }));
  expect(FakeWebSocket.all).toHaveLength(2);
  page.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
  expect(FakeWebSocket.all).toHaveLength(3);
});

test("once stopped it opens no more", () => {
  const socket = open();
  FakeWebSocket.last.drop(1006);
  socket.stop();
  page.dispatchEvent(new Event("online"));
  vi.advanceTimersByTime(100_000);
  expect(FakeWebSocket.all).toHaveLength(1);
});
