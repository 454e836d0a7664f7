// One piece of bounded work after another under one signal and one timer: a worker of many examples needs no new ones for each.
// Knows nothing of what the work is; work that goes on past its end is told by the signal, and its outcome is dropped.
import type { BaseError, Clock, Timer } from "../runtime/base/index.ts";

/** What is under way. */
interface Work {
  /** Infinity while its time stands still. */
  deadlineAt: number;
  readonly late: () => BaseError;
  readonly reject: (reason: unknown) => void;
}

/**
 * A place for one piece of work at a time.
 *
 * Rejected: a controller, a listener and a timer for each piece. For work of 50 µs they are a tenth of all it costs.
 */
export class WorkLane {
  readonly #clock: Clock;
  readonly #outer: AbortSignal;
  #controller = new AbortController();
  #work: Work | undefined;
  #timer: Timer | undefined;
  #timerAt = 0;
  #leftMs = 0;

  /** A lane whose work ends when `outer` aborts. Give it back by `close`. */
  constructor(clock: Clock, outer: AbortSignal) {
    this.#clock = clock;
    this.#outer = outer;
    if (outer.aborted) this.#abort();
    else outer.addEventListener("abort", this.#abort, { once: true });
  }

  /**
   * Does work, one piece at a time. Rejects with what it rejects with, with the outer signal's reason, or with what `late` makes once the clock
   * has passed `deadlineAt`, whichever comes first.
   */
  run<Value>(deadlineAt: number, late: () => BaseError, work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    if (this.#outer.aborted) return Promise.reject(this.#outer.reason);
    return new Promise((resolve, reject) => {
      const own: Work = { deadlineAt, late, reject };
      this.#work = own;
      if (this.#timer === undefined || deadlineAt < this.#timerAt) this.#arm(deadlineAt);
      const settled = (): void => {
        if (this.#work === own) this.#work = undefined;
      };
      work(this.#controller.signal).then(
        (value) => {
          settled();
          resolve(value);
        },
        (error: unknown) => {
          settled();
          reject(error);
        },
      );
    });
  }

  /** Lets the time of what is under way stand still until `goOn`. */
  pause(): void {
    const work = this.#work;
    if (work === undefined || work.deadlineAt === Infinity) return;
    this.#leftMs = work.deadlineAt - this.#clock.now();
    work.deadlineAt = Infinity;
  }

  /** Lets time go on where it stood still. */
  goOn(): void {
    const work = this.#work;
    if (work?.deadlineAt !== Infinity) return;
    work.deadlineAt = this.#clock.now() + this.#leftMs;
    if (this.#timer === undefined) this.#arm(work.deadlineAt);
  }

  /** Gives the lane's timer and listener back. Nothing may be under way in it. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#outer.removeEventListener("abort", this.#abort);
  }

  // Set once and looked at again when it fires: most work is over long before, and the next has a later deadline.
  #arm(deadlineAt: number): void {
    const onTime = (): void => {
      this.#timer = undefined;
      const work = this.#work;
      if (work === undefined || work.deadlineAt === Infinity) return;
      if (this.#clock.now() < work.deadlineAt) this.#arm(work.deadlineAt);
      else this.#end(work);
    };
    // Somebody awaits this work: the process must not end before it has been told that the time is up.
    this.#timer?.cancel();
    this.#timerAt = deadlineAt;
    this.#timer = this.#clock.setTimer(deadlineAt - this.#clock.now(), onTime, { holdsProcess: true });
  }

  #end(work: Work): void {
    const error = work.late();
    const ended = this.#controller;
    this.#work = undefined;
    // What comes next must not find its signal aborted.
    this.#controller = new AbortController();
    work.reject(error);
    ended.abort(error);
  }

  readonly #abort = (): void => {
    const work = this.#work;
    this.#work = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
    work?.reject(this.#outer.reason);
    this.#controller.abort(this.#outer.reason);
  };
}
