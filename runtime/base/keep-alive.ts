// Keeps the process running while calls wait for a clock or a worker: every timer of ours is unreferenced, and so is an idle socket, so that
// a pool that sits out a Retry-After would otherwise be the end of the program. Knows nothing of what is waited for.

const LONGEST_MS = 2 ** 31 - 1;

/** A hold on the process that is taken and let go many times. */
export class KeepAlive {
  // One timer, referenced and unreferenced: making and clearing one per call costs ten times as much.
  #timer: ReturnType<typeof setInterval> | undefined;

  /** The process stays until `release`. */
  hold(): void {
    this.#timer ??= setInterval(() => {}, LONGEST_MS);
    this.#timer.ref();
  }

  /** The process may end. */
  release(): void {
    this.#timer?.unref();
  }

  /** Gives the timer back. */
  dispose(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
