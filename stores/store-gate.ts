// The gate every operation passes: counts what is under way and holds the store's lifecycle. Written once, for all operations.
// Knows nothing of records or of what a backend does.
import { storeNotOpen } from "./errors.ts";

/** Where a store is in its life. It may be opened and closed any number of times. */
export type StoreStatus = "closed" | "opening" | "open" | "closing";

/** What the gate opens and closes. */
export interface Gated {
  _open(): Promise<void>;
  _close(): Promise<void>;
}

/** Lets operations through while the store is open, and closes only behind the last of them. */
export class StoreGate {
  readonly #gated: Gated;
  #status: StoreStatus = "closed";
  // Openings and closings run one behind the other, so that the last one asked for decides how things end.
  #lifecycle: Promise<void> | undefined;
  #opening: Promise<void> | undefined;
  #underWay = 0;
  #idle: (() => void) | undefined;

  constructor(gated: Gated) {
    this.#gated = gated;
  }

  get status(): StoreStatus {
    return this.#status;
  }

  open(): Promise<void> {
    return this.#queue(() => {
      if (this.#status === "open") return Promise.resolve();
      this.#status = "opening";
      this.#opening = this.#open();
      return this.#opening;
    });
  }

  close(): Promise<void> {
    return this.#queue(() => {
      if (this.#status === "closed") return Promise.resolve();
      this.#status = "closing";
      return this.#close();
    });
  }

  /** Runs an operation if the store is open; while it opens, waits. Rejects with STORE_NOT_OPEN. */
  async run<T>(operation: string, work: () => Promise<T>): Promise<T> {
    // The opener hears why opening failed; whoever waited hears that the store is not open.
    if (this.#status === "opening") await this.#opening?.catch(() => undefined);
    if (this.#status !== "open") throw storeNotOpen(operation, this.#status);
    this.#underWay++;
    try {
      return await work();
    } finally {
      this.#underWay--;
      if (this.#underWay === 0) this.#idle?.();
    }
  }

  #queue(step: () => Promise<void>): Promise<void> {
    const before = this.#lifecycle;
    // Run at once when nothing is under way: the status has changed when the caller's next line runs.
    const done = before === undefined ? step() : before.then(step, step);
    this.#lifecycle = done;
    const settle = () => {
      if (this.#lifecycle === done) this.#lifecycle = undefined;
    };
    done.then(settle, settle);
    return done;
  }

  async #open(): Promise<void> {
    try {
      await this.#gated._open();
      this.#status = "open";
    } catch (error) {
      this.#status = "closed";
      throw error;
    }
  }

  async #close(): Promise<void> {
    try {
      if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
      this.#idle = undefined;
      await this.#gated._close();
    } finally {
      this.#status = "closed";
    }
  }
}
