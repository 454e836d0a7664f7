// The backend that keeps records in LevelDB, in the `db/` of a folder.
// The only file that knows LevelDB; knows nothing of records.
import { setTimeout as pause } from "node:timers/promises";
import { Level } from "level";
import { type Clock, isBaseError, systemClock } from "../runtime/base/index.ts";
import type { BackendEntry, BackendOperation, BackendRange, StoreBackend } from "./backend.ts";
import { type StoreOwner, storeLocked } from "./errors.ts";
import { createResultStore, type ResultStoreOptions } from "./record-store.ts";
import type { ResultStore } from "./result-store.ts";
import { claimFolder, databasePath, prepareFolder, readOwner, releaseFolder, translateFault } from "./store-folder.ts";

/** Options of `levelStore`. */
export interface LevelStoreOptions extends ResultStoreOptions {
  /** The folder to keep everything in; made when the store is opened. Nothing is written anywhere else. */
  readonly folder: string;
}

/**
 * A store in a folder: survives the death of the process, and with `durability: "synced"` that of the machine.
 *
 * One process holds it at a time; `open` rejects with STORE_LOCKED, naming the other's pid.
 * The folder gets a `.gitignore` of its own, since what it holds is no source; where something else lies in it already, `db/` gets one.
 */
export function levelStore(options: LevelStoreOptions): ResultStore {
  return createResultStore(new LevelBackend(options.folder, options.clock ?? systemClock), options);
}

/** How often, and how long apart, a lock's holder is looked for: it writes its pid a moment after it has the lock. */
const OWNER_LOOKS = 10;
const OWNER_LOOK_MS = 20;

class LevelBackend implements StoreBackend {
  readonly backendName = "level";
  readonly location: string;
  readonly #clock: Clock;
  #db: Level<string, string> | undefined;
  // After a failed write the log's tail may be torn. LevelDB would write on behind it and lose that on the next start,
  // so the database is opened anew, which drops the torn tail, before anything else is written.
  #isTorn = false;
  #mending: Promise<Level<string, string>> | undefined;

  constructor(folder: string, clock: Clock) {
    this.location = folder;
    this.#clock = clock;
  }

  async _open(): Promise<void> {
    await prepareFolder(this.location);
    const db = await this.#openDatabase();
    try {
      await claimFolder(this.location, this.#clock.wallMs());
    } catch (error) {
      await db.close();
      throw error;
    }
    this.#db = db;
    this.#isTorn = false;
  }

  async _close(): Promise<void> {
    await releaseFolder(this.location);
    const db = this.#db;
    this.#db = undefined;
    await this.#guard("close", async () => db?.close());
  }

  async _write(operations: readonly BackendOperation[], isSynced: boolean): Promise<void> {
    const db = await this.#sound();
    try {
      // Not an array batch: a chained one costs two thirds of it on this thread (64 entries of 450 bytes).
      const batch = db.batch();
      for (const operation of operations) {
        if (operation.type === "put") batch.put(operation.key, operation.value);
        else batch.del(operation.key);
      }
      await batch.write({ sync: isSynced });
    } catch (error) {
      this.#isTorn = true;
      throw translateFault("write", this.location, error);
    }
  }

  _getMany(keys: readonly string[]): Promise<readonly (string | undefined)[]> {
    return this.#guard("read", async () => (await this.#sound()).getMany([...keys]));
  }

  _entries(range: BackendRange): Promise<readonly BackendEntry[]> {
    return this.#guard("read", async () => {
      const db = await this.#sound();
      const entries: BackendEntry[] = [];
      const iterator = db.iterator(range);
      try {
        while (entries.length < range.limit) {
          const found = await iterator.nextv(Math.min(1000, range.limit - entries.length));
          if (found.length === 0) break;
          for (const [key, value] of found) entries.push({ key, value });
        }
      } finally {
        await iterator.close();
      }
      return entries;
    });
  }

  async #guard<T>(operation: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw isBaseError(error) ? error : translateFault(operation, this.location, error);
    }
  }

  async #sound(): Promise<Level<string, string>> {
    if (this.#db !== undefined && !this.#isTorn) return this.#db;
    this.#mending ??= this.#mend().finally(() => {
      this.#mending = undefined;
    });
    return this.#mending;
  }

  async #mend(): Promise<Level<string, string>> {
    const torn = this.#db;
    this.#db = undefined;
    await torn?.close();
    const db = await this.#openDatabase();
    this.#db = db;
    this.#isTorn = false;
    return db;
  }

  async #openDatabase(): Promise<Level<string, string>> {
    const db = new Level<string, string>(databasePath(this.location));
    try {
      await db.open();
      return db;
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      if (cause instanceof Error && "code" in cause && cause.code === "LEVEL_LOCKED") throw await this.#locked(cause);
      throw translateFault("open", this.location, error);
    }
  }

  async #locked(cause: Error): Promise<Error> {
    // LevelDB's words for a lock that this very process holds: https://github.com/google/leveldb/blob/main/util/env_posix.cc
    const isThisProcess = cause.message.includes("already held by process");
    let owner: StoreOwner | undefined;
    for (let look = 0; look < OWNER_LOOKS; look++) {
      const found = await readOwner(this.location);
      // A pid that is ours while the lock is not was left behind by a process before us, as happens in containers.
      if (found !== undefined && (found.pid === process.pid) === isThisProcess) {
        owner = found;
        break;
      }
      // Not the clock: its timers let the process end, and a command that only waits here has nothing else to keep it.
      await pause(OWNER_LOOK_MS);
    }
    return storeLocked(this.location, owner, isThisProcess, cause);
  }
}
