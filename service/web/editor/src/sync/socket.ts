// The line to the server: opened again by itself when it is lost, sooner at first, never all browsers at once.
import { type Frame, read } from "./protocol.js";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 20_000;
const LOST = 1006;

interface Ends {
  take(frame: Frame): Promise<void> | void;
  // Whether it is to be opened again.
  lost(code: number): boolean;
}

export class Line {
  private socket: WebSocket | null = null;
  private turn: Promise<void> = Promise.resolve();
  private waiting = 0;
  private attempt = 0;
  private shut = false;

  constructor(
    private readonly address: string,
    private readonly ends: Ends,
  ) {
    addEventListener("online", () => this.again());
    addEventListener("offline", () => this.drop());
    addEventListener("pagehide", () => this.socket?.close(1000));
    addEventListener("pageshow", (event) => event.persisted && this.again());
  }

  open(): void {
    clearTimeout(this.waiting);
    this.shut = false;
    const socket = new WebSocket(this.address);
    socket.binaryType = "arraybuffer";
    socket.onmessage = (event) => {
      const frame = read(event.data as ArrayBuffer);
      this.turn = this.turn.then(() => (socket === this.socket ? this.ends.take(frame) : undefined));
    };
    socket.onclose = (event) => socket === this.socket && this.lost(event.code);
    this.socket = socket;
  }

  send(bytes: Uint8Array): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(new Uint8Array(bytes));
  }

  greeted(): void {
    this.attempt = 0;
  }

  // What was under way on it is not heeded any more.
  renew(): void {
    this.leave();
    this.open();
  }

  // It is dead without having been closed.
  drop(): void {
    if (!this.socket) return;
    this.leave();
    this.lost(LOST);
  }

  stop(): void {
    this.shut = true;
    clearTimeout(this.waiting);
    this.leave();
  }

  private leave(): void {
    const { socket } = this;
    this.socket = null;
    socket?.close(1000);
  }

  private again(): void {
    if (!this.socket && !this.shut) this.open();
  }

  private lost(code: number): void {
    this.socket = null;
    this.shut = !this.ends.lost(code);
    if (this.shut) return;
    const step = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.attempt);
    this.attempt += 1;
    this.waiting = window.setTimeout(() => this.open(), step * (0.5 + Math.random()));
  }
}
