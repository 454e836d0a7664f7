// A store that kills its process before, inside or after a given batch write.
// Knows nothing of what is written.
import { setTimeout as wait } from "node:timers/promises";
import { levelStore, type ResultStore } from "../../index.ts";
import type { JobOrder } from "./order.ts";

// Long enough for a recorder that acknowledges too early to be believed by the program.
const BELIEVED_MS = 25;

/** The job's store. */
export function killAtBatch({ storeFolder, batchKill }: JobOrder): ResultStore {
  const store = levelStore({ folder: storeFolder });
  if (batchKill === undefined) return store;
  let batches = 0;
  const write: ResultStore["write"] = async (batch, options) => {
    if (batches++ !== batchKill.atBatch) return store.write(batch, options);
    switch (batchKill.where) {
      case "before":
        await wait(BELIEVED_MS);
        return die();
      case "inside": {
        const writing = store.write(batch, options);
        // LevelDB works in a thread of its own by now; whether the batch is whole or absent is its promise to keep.
        setImmediate(die);
        return writing;
      }
      case "after":
        await store.write(batch, options);
        return die();
    }
  };
  return withMethods(store, { write });
}

/** A store like another, but for some methods. */
export function withMethods(store: ResultStore, methods: Partial<ResultStore>): ResultStore {
  return new Proxy(store, {
    get(target, name) {
      const own: unknown = Reflect.get(methods, name);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function die(): never {
  process.kill(process.pid, "SIGKILL");
  // The signal is delivered before the next statement; this line is for the compiler.
  throw new Error("killed");
}
