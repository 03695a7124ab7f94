// A WebSocket that reconnects by itself, with exponential backoff and jitter. Frames are handled one after another.
import { decodeFrame, type Frame, isAwareness } from "./protocol.js";

const INITIAL_BACKOFF = 500;
const MAX_BACKOFF = 20_000;
const ABNORMAL_CLOSURE = 1006;

interface SocketHandlers {
  onFrame(frame: Frame): Promise<void> | void;
  /** A frame could not be decoded or handled. `isPresence`: it carried no part of the text. */
  onBadFrame(isPresence: boolean, error: unknown): void;
  /** Returns whether to reconnect. */
  onClose(code: number): boolean;
}

export class ReconnectingSocket {
  private socket: WebSocket | null = null;
  private handling: Promise<void> = Promise.resolve();
  private reconnectTimer = 0;
  private attempt = 0;
  private stopped = false;

  constructor(
    private readonly address: string,
    private readonly handlers: SocketHandlers,
  ) {
    addEventListener("online", () => this.openIfClosed());
    addEventListener("offline", () => this.drop());
    addEventListener("pagehide", () => this.socket?.close(1000));
    addEventListener("pageshow", (event) => event.persisted && this.openIfClosed());
  }

  open(): void {
    clearTimeout(this.reconnectTimer);
    this.stopped = false;
    const socket = new WebSocket(this.address);
    socket.binaryType = "arraybuffer";
    socket.onmessage = (event) => {
      // Never left rejected: every later frame, also of the next connection, waits for it.
      this.handling = this.handling.then(() => this.handleMessage(socket, event.data)).catch(() => undefined);
    };
    socket.onclose = (event) => socket === this.socket && this.handleClose(event.code);
    this.socket = socket;
  }

  send(bytes: Uint8Array): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(new Uint8Array(bytes));
  }

  resetBackoff(): void {
    this.attempt = 0;
  }

  /** Open a new connection. Frames of the old one are ignored. */
  reconnect(): void {
    this.detach();
    this.open();
  }

  /** Give up a connection that died without being closed, and reconnect. */
  drop(): void {
    if (!this.socket) return;
    this.detach();
    this.handleClose(ABNORMAL_CLOSURE);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.reconnectTimer);
    this.detach();
  }

  private async handleMessage(socket: WebSocket, message: ArrayBuffer): Promise<void> {
    if (socket !== this.socket) return;
    try {
      await this.handlers.onFrame(decodeFrame(message));
    } catch (error) {
      if (socket === this.socket) this.handlers.onBadFrame(isAwareness(message), error);
    }
  }

  private detach(): void {
    const { socket } = this;
    this.socket = null;
    socket?.close(1000);
  }

  private openIfClosed(): void {
    if (!this.socket && !this.stopped) this.open();
  }

  private handleClose(code: number): void {
    this.socket = null;
    this.stopped = !this.handlers.onClose(code);
    if (this.stopped) return;
    const delay = Math.min(MAX_BACKOFF, INITIAL_BACKOFF * 2 ** this.attempt);
    this.attempt += 1;
    this.reconnectTimer = window.setTimeout(() => this.open(), delay * (0.5 + Math.random()));
  }
}
