// What goes out in one batch: everything that is said until the event loop's next microtask after it, or a lone message at once.
// Knows nothing of what is said.
import { MessagePort } from "node:worker_threads";
import type { Crossing } from "./wire-table.ts";
import { Packer, PLAIN, TEXT } from "./wire-value.ts";

/** Takes a batch to the other side. */
export type Post = (batch: readonly unknown[], moved: readonly object[]) => void;

// In fields, four to six of which are a message: a batch this long goes out at once, so that the receiver works on it while the sender makes
// the next. With batches ten times as long the two took turns, and with a core for each calls by the hundred took a third longer.
const LONGEST_BATCH = 384;

// Not queueMicrotask: it makes an AsyncResource for each callback, and there is one per call that is awaited.
const SETTLED = Promise.resolve();

/** Collects operations and posts them together. */
export class Outbox {
  readonly #post: Post;
  readonly #moved = new Set<object>();
  readonly packer: Packer;
  #batch: unknown[] = [];
  #isArmed = false;
  #isClosed = false;
  /** Operations since the last turn was over. */
  #said = 0;
  readonly #underWay: () => number;
  /** Nothing is waiting, and the last turn had no more than one operation. */
  #isCalm = true;

  /** `underWay`: how many calls there are between the two ends. */
  constructor(post: Post, crossing: Crossing, underWay: () => number) {
    this.#post = post;
    this.#underWay = underWay;
    this.packer = new Packer(crossing, this.#moved);
  }

  /** Adds an operation without a value. */
  add(op: number, ...fields: readonly unknown[]): void {
    this.#batch.push(op, ...fields);
    this.#arm(false);
  }

  /** Adds an operation that ends with a value. @throws MESSAGE_UNCLONEABLE, and nothing is added */
  addValue(op: number, first: unknown, value: unknown): void {
    const { packer } = this;
    const isLone = this.#isLone(0);
    packer.pack(value, "the message", isLone);
    this.#batch.push(op, first, packer.kind, packer.content);
    this.#arm(isLone);
  }

  /** Adds an operation with a name and a value. @throws MESSAGE_UNCLONEABLE, and nothing is added */
  addNamed(op: number, address: unknown, name: string, value: unknown): void {
    const { packer } = this;
    const isLone = this.#isLone(0);
    packer.pack(value, "the payload", isLone);
    this.#batch.push(op, address, name, packer.kind, packer.content);
    this.#arm(isLone);
  }

  /** Adds a call, which is under way by now. @throws MESSAGE_UNCLONEABLE, and nothing is added */
  addCall(op: number, address: unknown, callId: number, name: string, value: unknown): void {
    const { packer } = this;
    const isLone = this.#isLone(1);
    packer.pack(value, "the payload", isLone);
    this.#batch.push(op, address, callId, name, packer.kind, packer.content);
    this.#arm(isLone);
  }

  /** Posts what there is. */
  flush(): void {
    if (this.#batch.length === 0 || this.#isClosed) return;
    const batch = this.#batch;
    this.#batch = [];
    if (this.#moved.size === 0) {
      this.#post(batch, NOTHING);
      return;
    }
    const moved = [...this.#moved];
    this.#moved.clear();
    try {
      this.#post(batch, moved);
    } catch {
      // Foreign truth: a WebAssembly memory is not given away, and does not tell before; refused, nothing has been moved. Buffers are copied then.
      this.#post(
        batch,
        moved.filter((one) => one instanceof MessagePort),
      );
    }
  }

  /** Says nothing any more. */
  close(): void {
    this.#isClosed = true;
    this.#batch = [];
    this.#moved.clear();
  }

  readonly #turnOver = (): void => {
    this.#isArmed = false;
    this.#isCalm = this.#said <= 1;
    this.#said = 0;
    this.flush();
  };

  // One by one where calls are one by one. Where there are many, the first of each batch would travel alone, and the first of what is left,
  // until each did: nothing brings them together again.
  #isLone(ownCalls: number): boolean {
    return this.#isCalm && !this.#isClosed && this.#underWay() <= ownCalls;
  }

  #arm(isLone: boolean): void {
    if (this.#isClosed) {
      this.#batch = [];
      return;
    }
    this.#said++;
    this.#isCalm = false;
    if (!this.#isArmed) {
      this.#isArmed = true;
      SETTLED.then(this.#turnOver);
    }
    if (isLone) this.#postLone();
    else if (this.#batch.length >= LONGEST_BATCH) this.flush();
  }

  /** Posts one operation at once: its receiver wakes up while this turn goes on. */
  #postLone(): void {
    const batch = this.#batch;
    try {
      this.flush();
    } catch (error) {
      // Foreign truth: the platform clones no Proxy, and there is no other way to see that a plain object is one.
      const content = batch.pop();
      if (typeof content !== "object" || batch.pop() !== PLAIN) throw error;
      batch.push(TEXT, JSON.stringify(content));
      this.#post(batch, NOTHING);
    }
  }
}

const NOTHING: readonly object[] = [];
