// How one attempt is called off: an AbortSignal for whoever wants one, a plain listener for whoever has many attempts.
// Knows nothing of what the attempt does.

/** The end of an attempt, as the client that makes it hears of it. */
export interface AttemptEnd {
  readonly isAborted: boolean;
  readonly reason: unknown;
  /** Calls `listener` once when the attempt is called off, which it has not been yet. A second listener takes the first one's place. */
  listen(listener: () => void): void;
  /** Forgets the listener. */
  forget(): void;
}

/**
 * Calls one attempt off.
 *
 * The signal is made when it is first read. Rejected: an AbortController for every attempt; making one, adding a listener and removing it
 * costs a tenth of all that a call costs.
 */
export class AttemptAbort implements AttemptEnd {
  #isAborted = false;
  #reason: unknown;
  #listener: (() => void) | undefined;
  #controller: AbortController | undefined;

  get isAborted(): boolean {
    return this.#isAborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#isAborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  listen(listener: () => void): void {
    this.#listener = listener;
  }

  forget(): void {
    this.#listener = undefined;
  }

  /** Calls the attempt off. A second time does nothing. */
  abort(reason: unknown): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = reason;
    this.#listener?.();
    this.#controller?.abort(reason);
  }
}

/** A signal's end, for a client that was given nothing else. */
export function attemptEndOf(signal: AbortSignal): AttemptEnd {
  let listener: (() => void) | undefined;
  return {
    get isAborted() {
      return signal.aborted;
    },
    get reason(): unknown {
      return signal.reason;
    },
    listen(wanted) {
      this.forget();
      listener = wanted;
      signal.addEventListener("abort", wanted, { once: true });
    },
    forget() {
      if (listener !== undefined) signal.removeEventListener("abort", listener);
      listener = undefined;
    },
  };
}
