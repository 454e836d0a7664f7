// A backend for tests that lays its entries open, so that they can be damaged, and whose steps can be made wrong on purpose.
// Not a reference implementation: it sorts on every read.
import type { BackendOperation, BackendRange, StoreBackend } from "../../stores/index.ts";

/** Entries as they are stored, and every step open to be replaced. */
export class RawBackend implements StoreBackend {
  readonly backendName: string = "raw";
  readonly location = "a test";
  readonly entries = new Map<string, string>();

  async _open(): Promise<void> {}
  async _close(): Promise<void> {}

  async _write(operations: readonly BackendOperation[], _isSynced: boolean): Promise<void> {
    for (const operation of operations) {
      if (operation.type === "del") this.entries.delete(operation.key);
      else this.entries.set(operation.key, operation.value);
    }
  }

  async _getMany(keys: readonly string[]): Promise<readonly (string | undefined)[]> {
    return keys.map((key) => this.entries.get(key));
  }

  async _entries({ gte, lt, reverse, limit }: BackendRange) {
    const keys = [...this.entries.keys()].filter((key) => key >= gte && key < lt).sort();
    if (reverse) keys.reverse();
    return keys.slice(0, limit).map((key) => ({ key, value: this.entries.get(key) ?? "" }));
  }
}
