// Timeouts (milliseconds) and sizes (bytes) of the live room, and the meaning of WebSocket close codes.
import type { RoomStatus } from "./room-events.js";

export const FLUSH_INTERVAL = 25;
export const IDLE_BEFORE_CHECK = 5000;
export const ACK_TIMEOUT = 15_000;
export const AWARENESS_INTERVAL = 100;
export const MAX_UPDATE_BYTES = 900_000;
export const REJECTING_CLOSE_CODES = new Set([1003, 1007, 1008, 1009]);
export const TERMINAL_CLOSE_CODES: Readonly<Record<number, RoomStatus>> = { 4401: "out", 4403: "gone", 4404: "gone" };
export const MAX_REJECTIONS = 3;
/** Connections in a row on which a frame of the text could not be handled, before the room ends. */
export const MAX_FAILURES = 3;
