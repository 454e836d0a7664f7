// Hears many callers' signals with one listener per signal: most callers of a program share theirs.
// Knows nothing of calls.
import { Chain, type ChainLink } from "../runtime/base/index.ts";

/** A listener's place. Give it back to `remove` when it no longer matters. */
export interface AbortPlace {
  readonly listeners: Chain<() => void>;
  readonly link: ChainLink<() => void>;
}

/** Watches signals for those who wait under them. */
export class AbortWatch {
  readonly #listeners = new WeakMap<AbortSignal, Chain<() => void>>();

  /**
   * Calls `listener` when the signal aborts, which it has not yet.
   *
   * Rejected: an event listener each. EventTarget compares a new one with all that are there, and adding and removing costs 1 µs even when
   * there is none.
   */
  add(signal: AbortSignal, listener: () => void): AbortPlace {
    const listeners = this.#listeners.get(signal) ?? this.#listen(signal);
    return { listeners, link: listeners.add(listener) };
  }

  /** Forgets a listener; one that was called already is ignored. */
  remove({ listeners, link }: AbortPlace): void {
    listeners.remove(link);
  }

  #listen(signal: AbortSignal): Chain<() => void> {
    const listeners = new Chain<() => void>();
    this.#listeners.set(signal, listeners);
    const tell = (): void => {
      for (const listener of listeners.takeAll()) listener();
    };
    signal.addEventListener("abort", tell, { once: true });
    return listeners;
  }
}
