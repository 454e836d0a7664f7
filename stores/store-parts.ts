// What the parts of one store share: its backend, its gate, its clock and the ear for its facts.
// Knows nothing of what the parts do.
import type { Clock } from "../runtime/base/index.ts";
import type { StoreBackend } from "./backend.ts";
import type { FactFilter, StoreFact, StoreSink } from "./events.ts";
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
  readonly #sinks = new Map<StoreSink, FactFilter>();

  /** Whether anybody listens to facts of this type: asked before one is put together. */
  isHeard(type: StoreFact["type"]): boolean {
    for (const hears of this.#sinks.values()) if (hears(type)) return true;
    return false;
  }

  observe(sink: StoreSink, hears: FactFilter = () => true): () => void {
    this.#sinks.set(sink, hears);
    return () => {
      this.#sinks.delete(sink);
    };
  }

  tell(fact: StoreFact): void {
    for (const [sink, hears] of this.#sinks) if (hears(fact.type)) sink(fact);
  }
}
