import { expect, test } from "vitest";

import { comment, thread } from "../../testing/comments.js";
import { matchesFilter } from "./thread-filter.js";

const reply = comment("com_2", { by: { person: "per_2", name: "سامي", organisation: "" }, mentions: ["per_3"] });
const open = thread("com_1", {}, reply);
const settled = thread("com_9", { state: "settled" });

test("by state", () => {
  expect([matchesFilter(open, "open", ""), matchesFilter(open, "settled", "")]).toEqual([true, false]);
  expect([matchesFilter(settled, "open", ""), matchesFilter(settled, "settled", "")]).toEqual([false, true]);
});

test("mine are those in which I wrote, whatever their state", () => {
  expect(["per_1", "per_2", "per_3"].map((me) => matchesFilter(open, "mine", me))).toEqual([true, true, false]);
  expect(matchesFilter(settled, "mine", "per_1")).toBe(true);
});

test("those in which I was asked", () => {
  expect(["per_1", "per_2", "per_3"].map((me) => matchesFilter(open, "asked", me))).toEqual([false, false, true]);
});
