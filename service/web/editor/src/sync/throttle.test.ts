import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Throttle } from "./throttle.js";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", globalThis);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("many calls are one action, counted from the first of them", () => {
  const action = vi.fn();
  const throttle = new Throttle(25, action);
  throttle.schedule();
  vi.advanceTimersByTime(20);
  throttle.schedule();
  vi.advanceTimersByTime(4);
  expect(action).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(action).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(100);
  expect(action).toHaveBeenCalledTimes(1);
});

test("a call after the action is another action", () => {
  const action = vi.fn();
  const throttle = new Throttle(25, action);
  throttle.schedule();
  vi.advanceTimersByTime(25);
  throttle.schedule();
  vi.advanceTimersByTime(25);
  expect(action).toHaveBeenCalledTimes(2);
});

test("what was cancelled does not happen, and can be scheduled again", () => {
  const action = vi.fn();
  const throttle = new Throttle(25, action);
  throttle.schedule();
  throttle.cancel();
  vi.advanceTimersByTime(100);
  expect(action).not.toHaveBeenCalled();
  throttle.schedule();
  vi.advanceTimersByTime(25);
  expect(action).toHaveBeenCalledTimes(1);
});
