import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { CaretAnnouncer } from "./caret-announcer.js";
import type { StatusLine } from "./status-line.js";

const announce = vi.fn<(text: string) => void>();
let announcer: CaretAnnouncer;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", globalThis);
  announce.mockReset();
  announcer = new CaretAnnouncer({ announce } as unknown as StatusLine);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("only where the caret rests", () => {
  announcer.announce("ليلى");
  vi.advanceTimersByTime(699);
  announcer.announce("سامي");
  vi.advanceTimersByTime(700);
  expect(announce.mock.calls).toEqual([["سامي"]]);
});

test("the same is not said twice, but again after something else or nothing", () => {
  for (const text of ["ليلى", "ليلى", "", "ليلى"]) {
    announcer.announce(text);
    vi.advanceTimersByTime(700);
  }
  expect(announce.mock.calls).toEqual([["ليلى"], ["ليلى"]]);
});
