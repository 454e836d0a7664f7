// Lets a bounded number of pieces of work run at once, the rest waiting in the order they came.
// Knows nothing of what the work is.

/** A gate of a given width. */
export class Gate {
  readonly #width: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(width: number) {
    this.#width = width;
  }

  /** Runs the work once there is room. Rejects with the signal's reason if it aborts while waiting. */
  async pass<Value>(work: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
    // Whoever comes aborted must not take a place in the queue: its signal will not fire again.
    signal.throwIfAborted();
    if (this.#inside >= this.#width) await this.#turn(signal);
    else this.#inside += 1;
    try {
      // Aborted between being called in and entering.
      signal.throwIfAborted();
      return await work();
    } finally {
      // A place is handed over rather than given back: nobody may slip in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#inside -= 1;
      else next();
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal.reason);
      };
      this.#waiting.push(enter);
      signal.addEventListener("abort", leave, { once: true });
    });
  }
}
