import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";

import { settle, until } from "../../testing/fake-websocket.js";
import { ConsistencyCheck } from "./consistency-check.js";
import {
  createReplica,
  encodeComparison,
  REMOTE_ORIGIN,
  RESTORED_ORIGIN,
  type Replica,
  removeRemoteStates,
} from "./replica.js";

const onUpdate = vi.fn();
const onAwareness = vi.fn();
let replica: Replica;

beforeEach(() => {
  vi.clearAllMocks();
  replica = createReplica(onUpdate, onAwareness);
});

afterEach(() => {
  replica.awareness.destroy();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function updateOf(text: string): Uint8Array {
  const other = new Y.Doc();
  other.getText("t").insert(0, text);
  return Y.encodeStateAsUpdate(other);
}

test("only local edits are reported", () => {
  Y.applyUpdate(replica.doc, updateOf("من بعيد"), REMOTE_ORIGIN);
  Y.applyUpdate(replica.doc, updateOf("محفوظ"), RESTORED_ORIGIN);
  expect(onUpdate).not.toHaveBeenCalled();
  replica.text.insert(0, "🙂");
  expect(onUpdate).toHaveBeenCalledTimes(1);
});

test("only the own presence is reported, and others' can be removed", () => {
  const other = new Awareness(new Y.Doc());
  other.setLocalState({ user: {} });
  applyAwarenessUpdate(replica.awareness, encodeAwarenessUpdate(other, [other.clientID]), REMOTE_ORIGIN);
  expect(onAwareness).not.toHaveBeenCalled();
  replica.awareness.setLocalState({ cursor: null });
  expect(onAwareness).toHaveBeenCalledTimes(1);
  removeRemoteStates(replica);
  expect([...replica.awareness.getStates().keys()]).toEqual([replica.awareness.clientID]);
  expect(onAwareness).toHaveBeenCalledTimes(1);
  other.destroy();
});

test("the comparison has the state vector and the digest of the text", async () => {
  replica.text.insert(0, "نصّ 🙂");
  const frame = (await encodeComparison(replica)) ?? new Uint8Array();
  const vector = Y.encodeStateVector(replica.doc);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode("نصّ 🙂")));
  expect([...frame]).toEqual([102, vector.length, ...vector, 32, ...digest]);
});

test("a page without Web Crypto compares nothing", async () => {
  vi.stubGlobal("crypto", {});
  expect(await encodeComparison(replica)).toBeNull();
});

test("a check waits until the room is idle for 5 seconds", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.stubGlobal("window", globalThis);
  const send = vi.fn();
  const check = new ConsistencyCheck(() => replica, send);
  check.schedule();
  vi.advanceTimersByTime(4000);
  check.schedule();
  vi.advanceTimersByTime(4999);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(1);
  expect(vi.getTimerCount()).toBe(0);
  await until(() => send.mock.calls.length === 1);
});

test("a check is sent only where nothing changed while it was computed", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.stubGlobal("window", globalThis);
  let computed: (digest: ArrayBuffer) => void = () => undefined;
  const digest = () => new Promise<ArrayBuffer>((resolve) => (computed = resolve));
  vi.stubGlobal("crypto", { subtle: { digest } });
  const send = vi.fn();
  let settled: Replica | null = replica;
  const check = new ConsistencyCheck(() => settled, send);
  const compare = async (meanwhile: Replica | null) => {
    check.schedule();
    vi.advanceTimersByTime(5000);
    settled = meanwhile;
    computed(new ArrayBuffer(32));
    await settle();
  };
  await compare(null);
  await compare(replica);
  expect(send).not.toHaveBeenCalled();
  await compare(replica);
  expect(send).toHaveBeenCalledTimes(1);
});
