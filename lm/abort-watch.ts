// Hears many callers' signals with one listener per signal: most callers of a program share theirs.
// Knows nothing of calls.

/** Watches signals for those who wait under them. */
export class AbortWatch {
  readonly #listeners = new WeakMap<AbortSignal, Set<() => void>>();

  /**
   * Calls `listener` when the signal aborts, which it has not yet.
   *
   * Rejected: an event listener each. EventTarget compares a new one with all that are there, and adding and removing costs 1 µs even when
   * there is none.
   */
  add(signal: AbortSignal, listener: () => void): void {
    let listeners = this.#listeners.get(signal);
    if (listeners === undefined) {
      listeners = new Set();
      this.#listeners.set(signal, listeners);
      const heard = listeners;
      signal.addEventListener(
        "abort",
        () => {
          const told = [...heard];
          heard.clear();
          for (const one of told) one();
        },
        { once: true },
      );
    }
    listeners.add(listener);
  }

  /** Forgets a listener; one that was called already is ignored. */
  remove(signal: AbortSignal, listener: () => void): void {
    this.#listeners.get(signal)?.delete(listener);
  }
}
