// Runs a query for experiments over the index, newest first, page by page.
// Knows nothing of how the index came to be.
import {
  type ExperimentFilters,
  type ExperimentPage,
  experimentIndexRange,
  experimentMatches,
  fromExperimentIndexKey,
  type PageOptions,
  toCursor,
} from "./experiment-index.ts";
import { checkedLimit } from "./limit.ts";
import { recordKey, type StoreProblem } from "./record-kind.ts";
import { parseEntry } from "./record-reader.ts";
import { type ExperimentRecord, experimentKind } from "./records/experiment.ts";
import type { StoreParts } from "./store-parts.ts";

const DEFAULT_LIMIT = 50;
/** Experiments looked at per step; those that do not match are not kept. */
const STEP = 64;

/** Finds the experiments of one page. Rejects with STORE_CURSOR_INVALID, STORE_FILTER_UNKNOWN, STORE_LIMIT_INVALID. */
export async function queryExperiments(
  parts: StoreParts,
  filters: ExperimentFilters,
  page: PageOptions,
): Promise<ExperimentPage> {
  const limit = checkedLimit(page.limit ?? DEFAULT_LIMIT);
  const range = experimentIndexRange(filters, page.cursor);
  const experiments: ExperimentRecord[] = [];
  const problems: StoreProblem[] = [];
  let lastKey = "";
  for (;;) {
    const step = await parts.gate.run("queryExperiments", () => experimentsBefore(parts, range));
    for (const { indexKey, stored } of step) {
      range.lt = indexKey;
      const experiment = readIndexed(parts, indexKey, stored, problems);
      if (experiment === undefined || !experimentMatches(experiment, filters)) continue;
      // The page is full and one more matches: there is another page, and it begins behind the last one given.
      if (experiments.length === limit) return { experiments, problems, nextCursor: toCursor(lastKey) };
      experiments.push(experiment);
      lastKey = indexKey;
    }
    if (step.length < STEP) return { experiments, problems };
  }
}

async function experimentsBefore(parts: StoreParts, range: { readonly gte: string; readonly lt: string }) {
  const entries = await parts.backend._entries({ ...range, reverse: true, limit: STEP });
  const keys = entries.map((entry) => recordKey(experimentKind, fromExperimentIndexKey(entry.key)));
  const values = await parts.backend._getMany(keys);
  return entries.map((entry, index) => ({
    indexKey: entry.key,
    stored: { key: keys[index] ?? "", value: values[index] },
  }));
}

function readIndexed(
  parts: StoreParts,
  indexKey: string,
  stored: { readonly key: string; readonly value: string | undefined },
  problems: StoreProblem[],
): ExperimentRecord | undefined {
  if (stored.value === undefined) {
    const message = `The index names an experiment that is not at ${stored.key}.`;
    problems.push({ problem: "corrupt", kind: "experiment", key: stored.key, message });
    return undefined;
  }
  const experiment = parseEntry(parts, "experiment", { key: stored.key, value: stored.value }, problems);
  // An index entry of another age belongs to a version that was damaged and written anew: the right entry lies elsewhere.
  return experiment?.createdAt === fromExperimentIndexKey(indexKey).createdAt ? experiment : undefined;
}
