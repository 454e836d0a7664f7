// The backend that keeps everything in memory, as text like every other, for as long as its object lives.
// Knows nothing of records.
import type { BackendEntry, BackendOperation, BackendRange, StoreBackend } from "./backend.ts";
import { createResultStore, type ResultStoreOptions } from "./record-store.ts";
import type { ResultStore } from "./result-store.ts";

/**
 * A store that is gone with the process: for tests, and for a runtime that is given no folder.
 *
 * Closing and opening the same object again keeps what it holds.
 */
export function memoryStore(options: ResultStoreOptions = {}): ResultStore {
  return createResultStore(new MemoryBackend(), options);
}

class MemoryBackend implements StoreBackend {
  readonly backendName = "memory";
  readonly location = "memory";
  readonly #values = new Map<string, string>();
  #sorted: string[] = [];
  #isSorted = true;

  async _open(): Promise<void> {}
  async _close(): Promise<void> {}

  async _write(operations: readonly BackendOperation[]): Promise<void> {
    for (const operation of operations) {
      if (operation.type === "del") {
        if (this.#values.delete(operation.key)) this.#isSorted = false;
      } else {
        const sizeBefore = this.#values.size;
        this.#values.set(operation.key, operation.value);
        // Judged by the size: looking up the key beforehand would take as long as setting it.
        if (this.#values.size !== sizeBefore) {
          // Appended and sorted on the next read: sorting a list that is nearly in order takes linear time.
          this.#sorted.push(operation.key);
          this.#isSorted = false;
        }
      }
    }
  }

  async _getMany(keys: readonly string[]): Promise<readonly (string | undefined)[]> {
    return keys.map((key) => this.#values.get(key));
  }

  async _entries(range: BackendRange): Promise<readonly BackendEntry[]> {
    const keys = this.#keysInOrder();
    const first = lowerBound(keys, range.gte);
    const end = lowerBound(keys, range.lt);
    const chosen = range.reverse
      ? keys.slice(Math.max(first, end - range.limit), Math.max(first, end)).reverse()
      : keys.slice(first, Math.min(end, first + range.limit));
    return chosen.map((key) => ({ key, value: this.#values.get(key) ?? "" }));
  }

  #keysInOrder(): readonly string[] {
    if (!this.#isSorted) {
      // A key that was deleted and put again is listed twice until here.
      this.#sorted = [...new Set(this.#sorted)].filter((key) => this.#values.has(key)).sort();
      this.#isSorted = true;
    }
    return this.#sorted;
  }
}

function lowerBound(keys: readonly string[], wanted: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? "") < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
