import { beforeEach, expect, test, vi } from "vitest";
import * as Y from "yjs";

import type { StoredUpdate } from "./offline-store.js";
import { PendingChanges } from "./pending-changes.js";
import { isExpired, type RejectedChanges, RejectionTracker } from "./rejected-changes.js";
import { createReplica, type Replica } from "./replica.js";

const BASE = { epoch: 1, seq: 5 };
const DAY = 24 * 3600 * 1000;

let replica: Replica;
let pending: PendingChanges;
let tracker: RejectionTracker;
const onRejected = vi.fn<(rejected: RejectedChanges) => void>();

beforeEach(() => {
  onRejected.mockReset();
  replica = createReplica(
    () => undefined,
    () => undefined,
  );
  replica.text.insert(0, "نحن نؤيّد 🙂 البيان");
  pending = new PendingChanges(() => undefined);
  tracker = new RejectionTracker(pending, onRejected);
});

/** What somebody wrote in a copy of the text, as an update that was rejected. */
function reject(write: (text: Y.Text) => void, more: Partial<StoredUpdate> = {}): StoredUpdate {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(replica.doc));
  const before = Y.encodeStateVector(copy);
  write(copy.getText("t"));
  const update = Y.encodeStateAsUpdate(copy, before);
  const stored = { id: 1, epoch: 1, changeId: "c", rejected: true, writtenAt: Date.now(), update, ...more };
  pending.rejected.push(stored);
  return stored;
}

test("nothing rejected, nothing reported", () => {
  tracker.report(replica, BASE, "write");
  expect(onRejected).not.toHaveBeenCalled();
});

test("the text with the rejected words in it, beside the text as it is", () => {
  const update = reject((text) => text.insert(4, "لا "));
  tracker.report(replica, BASE, "write");
  expect(onRejected).toHaveBeenCalledWith({
    mine: "نحن لا نؤيّد 🙂 البيان",
    theirs: "نحن نؤيّد 🙂 البيان",
    isFullText: true,
    base: BASE,
    why: "refused",
    updates: [update],
  });
  expect(replica.text.toString()).toBe("نحن نؤيّد 🙂 البيان");
});

test("what the draft has already is forgotten in silence", async () => {
  const update = reject((text) => text.insert(0, "* "));
  Y.applyUpdate(replica.doc, update.update);
  tracker.report(replica, BASE, "write");
  expect(onRejected).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(pending.rejected).toEqual([]));
});

test("words of another epoch are the text of the page when they were rejected", () => {
  reject((text) => text.insert(0, "جديد "), { epoch: 0 });
  tracker.capture(replica, { epoch: 0, seq: 3 });
  replica.text.insert(0, "later ");
  tracker.capture(replica, BASE);
  tracker.report(replica, BASE, "write");
  expect(onRejected.mock.lastCall?.[0]).toMatchObject({
    mine: "نحن نؤيّد 🙂 البيان",
    isFullText: true,
    base: { epoch: 0, seq: 3 },
    why: "restarted",
  });
});

test("where nothing is known of the place, the words alone are kept, joined where they were", () => {
  reject(
    (text) => {
      text.insert(4, "أ");
      text.insert(5, "ب 🙂");
      text.insert(0, "ج");
    },
    { epoch: 0 },
  );
  tracker.report(replica, BASE, "write");
  expect(onRejected.mock.lastCall?.[0]).toMatchObject({ mine: "أب 🙂\nج", isFullText: false, base: null });
});

test("an update whose parents are missing cannot be placed", () => {
  const stranger = new Y.Doc();
  stranger.getText("t").insert(0, "قبل ");
  const before = Y.encodeStateVector(stranger);
  stranger.getText("t").insert(4, "بعد");
  const update = Y.encodeStateAsUpdate(stranger, before);
  pending.rejected.push({ id: 0, epoch: 1, changeId: "c", rejected: true, writtenAt: Date.now(), update });
  tracker.report(replica, BASE, "write");
  expect(onRejected.mock.lastCall?.[0]).toMatchObject({ mine: "بعد", isFullText: false });
});

test("deletions alone have no words", () => {
  reject((text) => text.delete(0, 4), { epoch: 0 });
  tracker.report(replica, BASE, "write");
  expect(onRejected.mock.lastCall?.[0]).toMatchObject({ mine: "", isFullText: false });
});

test.each([
  ["document_state", "closed"],
  ["draft_frozen", "frozen"],
  ["forbidden", "role"],
  ["anything else", "role"],
])("who may not write because of %s is told %s", (code, why) => {
  reject((text) => text.insert(0, "!"));
  tracker.code = code;
  tracker.report(replica, BASE, "read");
  expect(onRejected.mock.lastCall?.[0].why).toBe(why);
});

test("a month is the limit, and comes before every other reason", () => {
  const fresh = reject((text) => text.insert(0, "!"));
  expect(isExpired(fresh)).toBe(false);
  expect(isExpired({ ...fresh, writtenAt: Date.now() - 29 * DAY })).toBe(false);
  reject((text) => text.insert(0, "?"), { writtenAt: Date.now() - 31 * DAY, epoch: 0 });
  tracker.report(replica, BASE, "read");
  expect(onRejected.mock.lastCall?.[0].why).toBe("old");
});

test("the reason of one rejection is not that of the next", () => {
  reject((text) => text.insert(0, "!"));
  tracker.why = "diverged";
  tracker.report(replica, BASE, "write");
  tracker.report(replica, BASE, "write");
  expect(onRejected.mock.calls.map(([rejected]) => rejected.why)).toEqual(["diverged", "refused"]);
});

test("who has no access any more keeps the words, without a place", () => {
  tracker.reportDetached(replica, 1);
  expect(onRejected).not.toHaveBeenCalled();
  reject((text) => text.insert(0, "لي"));
  tracker.reportDetached(replica, 1, "another");
  expect(onRejected.mock.lastCall?.[0]).toMatchObject({ mine: "لي", base: null, isFullText: false, why: "another" });
});
