// How long and how much the room waits and sends (milliseconds, bytes), and what it makes of how a line ended.
import type { Standing } from "./room-events.js";

export const FLUSH = 25;
export const QUIET = 5000;
export const PATIENCE = 15_000;
export const POINTING = 100;
export const LARGEST = 900_000;
export const REFUSED = new Set([1003, 1007, 1008, 1009]);
export const ENDED: Readonly<Record<number, Standing>> = { 4401: "out", 4403: "gone", 4404: "gone" };
export const MOST_REFUSALS = 3;
