// What the parts of one store share: its backend, its gate, its clock and the ear for its facts.
// Knows nothing of what the parts do.
import type { Clock } from "../runtime/base/index.ts";
import type { StoreBackend } from "./backend.ts";
import type { StoreFact, StoreSink } from "./events.ts";
import type { StoreGate } from "./store-gate.ts";

/** The inside of a store. */
export interface StoreParts {
  readonly backend: StoreBackend;
  readonly gate: StoreGate;
  readonly clock: Clock;
  readonly facts: FactEmitter;
}

/** Tells facts to those who observe the store. */
export class FactEmitter {
  readonly #sinks = new Set<StoreSink>();

  /** Whether anybody listens: asked before a fact is put together. */
  get isHeard(): boolean {
    return this.#sinks.size > 0;
  }

  observe(sink: StoreSink): () => void {
    this.#sinks.add(sink);
    return () => {
      this.#sinks.delete(sink);
    };
  }

  tell(fact: StoreFact): void {
    for (const sink of this.#sinks) sink(fact);
  }
}
