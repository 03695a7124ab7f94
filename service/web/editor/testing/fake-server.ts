// The server's side of a live room: a document, a journal row, and the frames of one draft.
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as Y from "yjs";

import type { ControlMessage, Mode } from "../src/sync/protocol.js";
import { FakeWebSocket, settle } from "./fake-websocket.js";

export const PERSON = { id: "per_1", name: "ليلى", organisation: "منظمة", colour: 3 };
export const KEY = btoa("k".repeat(32));

function frame(kind: number, write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, kind);
  write(encoder);
  return encoding.toUint8Array(encoder);
}

export const controlFrame = (json: string): Uint8Array =>
  frame(101, (encoder) => encoding.writeVarString(encoder, json));

export class FakeServer {
  doc = new Y.Doc();
  epoch = 1;
  seq = 0;
  draft = "dra_1";
  person = PERSON;
  mode: Mode = "write";
  code: string | undefined;
  /** By default no key: the page stores nothing, and no test waits for Web Crypto. */
  key = "*";
  /** The frames of the current connection that carried an update. */
  received = 0;
  private read = 0;
  private socket: FakeWebSocket | null = null;

  constructor(text = "") {
    this.write((shared) => shared.insert(0, text));
  }

  get text(): string {
    return this.doc.getText("t").toString();
  }

  write(change: (text: Y.Text) => void): Uint8Array {
    const before = Y.encodeStateVector(this.doc);
    change(this.doc.getText("t"));
    this.seq += 1;
    return Y.encodeStateAsUpdate(this.doc, before);
  }

  /** Accept the last connection, greet, and answer the handshake. */
  async connect(): Promise<void> {
    this.socket = FakeWebSocket.last.accept();
    [this.read, this.received] = [0, 0];
    this.greet();
    this.ask();
    await settle();
    await this.answer();
  }

  greet(): void {
    const { draft, epoch, seq, mode, person, key } = this;
    const hello = { kind: "hello", draft, epoch, seq, mode, person, keep_key: key } as const;
    this.control(this.code === undefined ? hello : { ...hello, code: this.code });
  }

  /** SYNC step 1. */
  ask(): void {
    const vector = Y.encodeStateVector(this.doc);
    this.deliver(
      frame(0, (encoder) => {
        encoding.writeVarUint(encoder, 0);
        encoding.writeVarUint8Array(encoder, vector);
      }),
    );
  }

  control(message: ControlMessage): void {
    this.deliver(controlFrame(JSON.stringify(message)));
  }

  update(update: Uint8Array, step = 2): void {
    this.deliverUpdate(update, step);
  }

  deliverUpdate(update: Uint8Array, step = 2): void {
    this.deliver(
      frame(0, (encoder) => {
        encoding.writeVarUint(encoder, step);
        encoding.writeVarUint8Array(encoder, update);
        encoding.writeVarUint(encoder, this.seq);
      }),
    );
  }

  awareness(update: Uint8Array): void {
    this.deliver(frame(1, (encoder) => encoding.writeVarUint8Array(encoder, update)));
  }

  /** Apply and acknowledge what the page sent, and answer its question. */
  async answer(): Promise<void> {
    this.take();
    this.deliver(
      frame(100, (encoder) => {
        encoding.writeVarUint(encoder, this.received);
        encoding.writeVarUint(encoder, this.seq);
      }),
    );
    await settle();
  }

  private take(): void {
    for (const bytes of this.socket?.sent.slice(this.read) ?? []) {
      this.read += 1;
      const decoder = decoding.createDecoder(bytes);
      if (decoding.readVarUint(decoder) !== 0) continue;
      const step = decoding.readVarUint(decoder);
      const content = decoding.readVarUint8Array(decoder);
      if (step === 0) this.update(Y.encodeStateAsUpdate(this.doc, content), 1);
      else if (content.length > 2) {
        Y.applyUpdate(this.doc, content);
        this.received += 1;
        this.seq += 1;
      }
    }
  }

  private deliver(bytes: Uint8Array): void {
    this.socket?.deliver(bytes);
  }
}

/** The kinds of the frames that the page sent on a connection: "step1", "step2", "update", "awareness", "hash". */
export function kinds(socket: FakeWebSocket): string[] {
  return socket.sent.map((bytes) => {
    const decoder = decoding.createDecoder(bytes);
    const kind = decoding.readVarUint(decoder);
    if (kind === 0) return ["step1", "step2", "update"][decoding.readVarUint(decoder)] ?? "?";
    return { 1: "awareness", 102: "hash" }[kind] ?? "?";
  });
}
