// A WebSocket that the test drives from the server's side, and the globals of a page that the room needs.
import { vi } from "vitest";

/** Node's; the types of the sources are those of browsers alone. */
declare function setImmediate(callback: (value?: unknown) => void): void;

export class FakeWebSocket {
  static readonly OPEN = 1;
  static all: FakeWebSocket[] = [];
  static get last(): FakeWebSocket {
    const last = FakeWebSocket.all.at(-1);
    if (!last) throw new Error("no connection was opened");
    return last;
  }

  binaryType = "";
  readyState = 0;
  closedWith: number | null = null;
  readonly sent: Uint8Array[] = [];
  onmessage: (event: { data: ArrayBuffer }) => void = () => undefined;
  onclose: (event: { code: number }) => void = () => undefined;

  constructor(readonly url: string) {
    FakeWebSocket.all.push(this);
  }

  send(bytes: Uint8Array): void {
    this.sent.push(bytes);
  }

  close(code: number): void {
    this.readyState = 3;
    this.closedWith = code;
  }

  // ---- the server's side

  accept(): this {
    this.readyState = 1;
    return this;
  }

  deliver(bytes: Uint8Array): void {
    this.onmessage({ data: new Uint8Array(bytes).buffer });
  }

  drop(code: number): void {
    this.readyState = 3;
    this.onclose({ code });
  }
}

/** Fake timers and the page's globals. Returns the target of the page's events. */
export function fakePage(): EventTarget {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
  FakeWebSocket.all = [];
  const page = new EventTarget();
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("WebSocket", FakeWebSocket);
  return page;
}

export function restorePage(): void {
  vi.clearAllTimers();
  vi.useRealTimers();
  vi.unstubAllGlobals();
}

/** Let promises, IndexedDB and Web Crypto proceed until `done`; at most 5 seconds of real time. */
export async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  const start = performance.now();
  while (!(await done())) {
    if (performance.now() - start > 5000) throw new Error("it did not happen");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Let pending promises proceed. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
