import { expect, test, vi } from "vitest";
import { BadFrames } from "./bad-frames.js";
import { MAX_FAILURES } from "./limits.js";

function recovery() {
  return { reconnect: vi.fn(), replaceCopy: vi.fn(), giveUp: vi.fn() };
}

test("a frame of presence is dropped and counted", () => {
  const actions = recovery();
  const frames = new BadFrames(actions);
  frames.add(true);
  frames.addDropped(2);
  expect(frames.dropped).toBe(3);
  expect(actions.reconnect).not.toHaveBeenCalled();
});

test("a frame of the text is asked for again, then the copy is replaced, then the room is given up", () => {
  const actions = recovery();
  const frames = new BadFrames(actions);
  frames.add(false);
  expect(actions.replaceCopy).not.toHaveBeenCalled();
  for (let failure = 1; failure < MAX_FAILURES; failure += 1) frames.add(false);
  expect(actions.reconnect).toHaveBeenCalledTimes(MAX_FAILURES);
  expect(actions.replaceCopy).toHaveBeenCalledTimes(MAX_FAILURES - 1);
  expect(actions.giveUp).not.toHaveBeenCalled();
  frames.add(false);
  expect(actions.giveUp).toHaveBeenCalledTimes(1);
});

test("the count begins again when the whole text has arrived", () => {
  const actions = recovery();
  const frames = new BadFrames(actions);
  for (let failure = 0; failure < MAX_FAILURES; failure += 1) frames.add(false);
  frames.onSynced();
  frames.add(false);
  expect(actions.giveUp).not.toHaveBeenCalled();
});
