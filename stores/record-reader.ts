// Reads records out of a store: by key, many at once, in pages and as a list.
// Knows nothing of writing, and of no kind in particular.
import type { BackendEntry } from "./backend.ts";
import { cursorInvalid, recordUnreadable } from "./errors.ts";
import { encodeKey, pastKey, pastPrefix } from "./key.ts";
import { checkedLimit } from "./limit.ts";
import { parseRecord, recordKey, recordPrefix, type StoreProblem } from "./record-kind.ts";
import { type KeyOf, type RecordByKind, type RecordKind, recordKinds } from "./records.ts";
import type { ListRange, ManyRecords, RecordList, RecordPage } from "./result-store.ts";
import type { StoreParts } from "./store-parts.ts";

const DEFAULT_PAGE = 100;
/** Entries fetched at a time by `list`: enough that a fetch costs little per record, few enough to hold in memory. */
const LIST_PAGE = 512;

/** Reads one record. Rejects with STORE_RECORD_CORRUPT, STORE_RECORD_NEWER. */
export async function readRecord<Kind extends RecordKind>(
  parts: StoreParts,
  kind: Kind,
  key: KeyOf<Kind>,
): Promise<RecordByKind[Kind] | undefined> {
  const found = await readMany(parts, "get", kind, [key]);
  const problem = found.problems[0];
  if (problem !== undefined) {
    throw problem.problem === "newer"
      ? recordUnreadable("STORE_RECORD_NEWER", problem.key, problem.message)
      : recordUnreadable("STORE_RECORD_CORRUPT", problem.key, problem.message);
  }
  return found.records[0];
}

/** Reads many records by their keys. */
export function readMany<Kind extends RecordKind>(
  parts: StoreParts,
  operation: string,
  kind: Kind,
  keys: readonly KeyOf<Kind>[],
): Promise<ManyRecords<Kind>> {
  return parts.gate.run(operation, async () => {
    const stored = keys.map((key) => recordKey(recordKinds[kind], key));
    const values = await parts.backend._getMany(stored);
    const problems: StoreProblem[] = [];
    const records = values.map((value, index) =>
      value === undefined ? undefined : parseEntry(parts, kind, { key: stored[index] ?? "", value }, problems),
    );
    return { records, problems };
  });
}

/** Reads one page of a list. */
export async function readPage<Kind extends RecordKind>(
  parts: StoreParts,
  kind: Kind,
  range: ListRange<Kind>,
): Promise<RecordPage<Kind>> {
  const limit = checkedLimit(range.limit ?? DEFAULT_PAGE);
  const bounds = boundsOf(kind, range);
  // One more than asked, to know whether there is another page.
  const entries = await parts.gate.run("list", () =>
    parts.backend._entries({ ...bounds, reverse: range.reverse ?? false, limit: limit + 1 }),
  );
  const problems: StoreProblem[] = [];
  const page = entries.slice(0, limit);
  const records: RecordByKind[Kind][] = [];
  for (const entry of page) {
    const record = parseEntry(parts, kind, entry, problems);
    if (record !== undefined) records.push(record);
  }
  const last = page.at(-1);
  return { records, problems, ...(entries.length > limit && last !== undefined ? { nextAfter: last.key } : {}) };
}

/** Lists records, page behind page. */
export function readList<Kind extends RecordKind>(
  parts: StoreParts,
  kind: Kind,
  range: ListRange<Kind>,
): RecordList<Kind> {
  const problems: StoreProblem[] = [];
  async function* records(): AsyncGenerator<RecordByKind[Kind], void> {
    let left = range.limit === undefined ? Number.POSITIVE_INFINITY : checkedLimit(range.limit);
    let after = range.after;
    while (left > 0) {
      const limit = Math.min(left, LIST_PAGE);
      const page = await readPage(parts, kind, { ...range, limit, ...(after === undefined ? {} : { after }) });
      problems.push(...page.problems);
      yield* page.records;
      if (page.nextAfter === undefined) return;
      after = page.nextAfter;
      left -= limit;
    }
  }
  return {
    problems,
    [Symbol.asyncIterator]: records,
    async all() {
      const taken: RecordByKind[Kind][] = [];
      for await (const record of records()) taken.push(record);
      return { records: taken, problems };
    },
  };
}

/** Reads one entry, or adds what is wrong with it to the problems. */
export function parseEntry<Kind extends RecordKind>(
  parts: StoreParts,
  kind: Kind,
  entry: BackendEntry,
  problems: StoreProblem[],
): RecordByKind[Kind] | undefined {
  const parsed = parseRecord(recordKinds[kind], entry.key, entry.value);
  // `parseRecord` has held kind, version and every field against the definition of this kind.
  if ("record" in parsed) return parsed.record as RecordByKind[Kind];
  problems.push(parsed);
  if (parts.facts.isHeard("store.record.skipped")) {
    const about = { problem: parsed.problem, kind: parsed.kind, key: parsed.key };
    parts.facts.tell({ type: "store.record.skipped", measures: {}, about });
  }
  return undefined;
}

function boundsOf<Kind extends RecordKind>(kind: Kind, range: ListRange<Kind>): { gte: string; lt: string } {
  const definition = recordKinds[kind];
  const prefix = recordPrefix(definition, range.prefix ?? {});
  const bounds = { gte: prefix, lt: pastPrefix(prefix) };
  if (range.after === undefined) return bounds;
  const after = typeof range.after === "string" ? range.after : recordKey(definition, range.after);
  if (!after.startsWith(encodeKey([kind]))) throw cursorInvalid(after);
  if (range.reverse === true) return after < bounds.lt ? { ...bounds, lt: after } : bounds;
  const gte = pastKey(after);
  return gte > bounds.gte ? { ...bounds, gte } : bounds;
}
