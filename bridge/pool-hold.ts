// Keeps the process running while a pool has work for somebody: its workers' pipes, sockets and timers do not.
// Knows nothing of calls or sessions; it counts.
import { KeepAlive } from "../runtime/base/index.ts";

/** The hold of one pool on the process. */
export class PoolHold {
  readonly #keepAlive = new KeepAlive();
  #open = 0;

  /** Something is under way that somebody waits for, until `end`. */
  begin(): void {
    this.#open += 1;
    if (this.#open === 1) this.#keepAlive.hold();
  }

  /** It is over. */
  end(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#keepAlive.release();
  }

  /** Holds while `work` goes on. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.begin();
    try {
      return await work();
    } finally {
      this.end();
    }
  }

  /** Holds while `open` goes on, and then until what it has opened is over. */
  async opening<Opened>(open: (over: () => void) => Promise<Opened>): Promise<Opened> {
    this.begin();
    try {
      return await open(() => this.end());
    } catch (error) {
      this.end();
      throw error;
    }
  }
}
