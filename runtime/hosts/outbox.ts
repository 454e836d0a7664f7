// What goes out in one batch: everything that is said until the event loop's next microtask after it.
// Knows nothing of what is said.
import type { Crossing } from "./wire-table.ts";
import { Packer } from "./wire-value.ts";

/** Takes a batch to the other side. */
export type Post = (batch: readonly unknown[], moved: readonly object[]) => void;

// A batch this long goes out at once: the receiver is to begin while a long turn still runs.
const LONGEST_BATCH = 4096;

/** Collects operations and posts them together. */
export class Outbox {
  readonly #post: Post;
  readonly #moved = new Set<object>();
  readonly packer: Packer;
  #batch: unknown[] = [];
  #isArmed = false;
  #isClosed = false;

  constructor(post: Post, crossing: Crossing) {
    this.#post = post;
    this.packer = new Packer(crossing, this.#moved);
  }

  /** Adds an operation without a value. */
  add(op: number, ...fields: readonly unknown[]): void {
    this.#batch.push(op, ...fields);
    this.#arm();
  }

  /** Adds an operation that ends with a value. @throws MESSAGE_UNCLONEABLE, and nothing is added */
  addValue(op: number, first: unknown, value: unknown): void {
    const { packer } = this;
    packer.pack(value, "the message");
    this.#batch.push(op, first, packer.kind, packer.content);
    this.#arm();
  }

  /** Adds an operation with a name and a value. @throws MESSAGE_UNCLONEABLE, and nothing is added */
  addNamed(op: number, address: unknown, name: string, value: unknown): void {
    const { packer } = this;
    packer.pack(value, "the payload");
    this.#batch.push(op, address, name, packer.kind, packer.content);
    this.#arm();
  }

  /** Adds a call. @throws MESSAGE_UNCLONEABLE, and nothing is added */
  addCall(op: number, address: unknown, callId: number, name: string, value: unknown): void {
    const { packer } = this;
    packer.pack(value, "the payload");
    this.#batch.push(op, address, callId, name, packer.kind, packer.content);
    this.#arm();
  }

  /** Posts what there is. */
  readonly flush = (): void => {
    this.#isArmed = false;
    if (this.#batch.length === 0 || this.#isClosed) return;
    const batch = this.#batch;
    this.#batch = [];
    if (this.#moved.size === 0) {
      this.#post(batch, NOTHING);
      return;
    }
    const moved = [...this.#moved];
    this.#moved.clear();
    this.#post(batch, moved);
  };

  /** Says nothing any more. */
  close(): void {
    this.#isClosed = true;
    this.#batch = [];
    this.#moved.clear();
  }

  #arm(): void {
    if (this.#isClosed) this.#batch = [];
    else if (this.#batch.length >= LONGEST_BATCH) this.flush();
    else if (!this.#isArmed) {
      this.#isArmed = true;
      queueMicrotask(this.flush);
    }
  }
}

const NOTHING: readonly object[] = [];
