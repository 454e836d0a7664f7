// Passes a store's facts on to the bus.
// Knows nothing of what they say.
import type { ResultStore } from "../stores/index.ts";
import type { AppBus } from "./events.ts";

/** Emits what the store tells as events of source `store`, until the function that is returned is called. */
export function forwardStoreFacts(store: ResultStore, bus: AppBus): () => void {
  return store.observe((fact) => {
    if (!bus.has(fact.type)) return;
    switch (fact.type) {
      case "store.backend.opened":
      case "store.backend.closed":
        return bus.emit(fact.type, "store", fact.measures, fact.about);
      case "store.batch.written":
        return bus.emit(fact.type, "store", fact.measures, fact.about);
      case "store.batch.failed":
        return bus.emit(fact.type, "store", fact.measures, fact.about);
      case "store.record.skipped":
        return bus.emit(fact.type, "store", fact.measures, fact.about);
      case "store.write.delayed":
        return bus.emit(fact.type, "store", fact.measures, fact.about);
      case "store.event-log.dropped":
        return bus.emit(fact.type, "store", fact.measures, fact.about);
    }
  });
}
