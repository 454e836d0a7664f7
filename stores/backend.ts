// The contract of a backend, for those who write one: an ordered map of texts with atomic batches.
// Knows nothing of records. `openStore` in `record-store.ts` gates, encodes and checks before a backend is asked.

/** One step of a batch. */
export type BackendOperation =
  | { readonly type: "put"; readonly key: string; readonly value: string }
  | { readonly type: "del"; readonly key: string };

/** A half-open range of keys: from `gte`, up to and without `lt`. */
export interface BackendRange {
  readonly gte: string;
  readonly lt: string;
  readonly reverse: boolean;
  readonly limit: number;
}

/** A stored entry. */
export interface BackendEntry {
  readonly key: string;
  readonly value: string;
}

/**
 * What a backend does. Keys are printable ASCII, sorted by byte.
 *
 * The gate in front promises: `_open` only while closed, everything else only while open, `_close` after every other promise has settled.
 * A backend need not check arguments, and throws typed errors (`STORE_FAILED`, `STORE_FOLDER_NOT_WRITABLE`, …) where the world fails it.
 */
export interface StoreBackend {
  readonly backendName: string;
  readonly location: string;
  _open(): Promise<void>;
  _close(): Promise<void>;
  /** All or nothing; later operations on one key win. With `isSynced`, resolves when the bytes are on the disk itself. */
  _write(operations: readonly BackendOperation[], isSynced: boolean): Promise<void>;
  /** Values in the order of the keys. */
  _getMany(keys: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** At most `limit` entries of the range, in order (or the reverse of it). */
  _entries(range: BackendRange): Promise<readonly BackendEntry[]>;
}
