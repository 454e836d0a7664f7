// A store that never finds a recorded call or result: what a resume without the journal would be like.
// Knows nothing of what is in it.
import type { RecordKind, RecordList, ResultStore } from "../../stores/index.ts";
import { withMethods } from "./kill-at-batch.ts";
import type { JobOrder } from "./order.ts";

const JOURNAL = new Set<string>(["lm-call", "example-result", "trial"]);

/** The job's store, blind where the job is to be wrong on purpose. */
export function unreadableJournal(store: ResultStore, { fault }: JobOrder): ResultStore {
  if (fault !== "resume-without-journal") return store;
  const get: ResultStore["get"] = async (kind, key) => (JOURNAL.has(kind) ? undefined : store.get(kind, key));
  const list: ResultStore["list"] = (kind, range) => (JOURNAL.has(kind) ? emptyList() : store.list(kind, range));
  return withMethods(store, { get, list });
}

function emptyList<Kind extends RecordKind>(): RecordList<Kind> {
  return {
    problems: [],
    all: async () => ({ records: [], problems: [] }),
    async *[Symbol.asyncIterator]() {},
  };
}
