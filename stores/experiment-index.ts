// How experiments are found: filters, the index that keeps the newest first, and cursors into it.
// Pure: knows nothing of reading or writing.
import { BaseError, nearest } from "../runtime/base/index.ts";
import { cursorInvalid } from "./errors.ts";
import { decodeKey, encodeKey, pastPrefix } from "./key.ts";
import type { StoreProblem } from "./record-kind.ts";
import type { ExperimentRecord } from "./records/experiment.ts";

/** What experiments are sought. Every filter that is given must apply (AND); none given finds all. */
export interface ExperimentFilters {
  readonly hypothesisId?: string;
  /** Part of the hypothesis in words; upper and lower case are one. */
  readonly hypothesisText?: string;
  /** The whole name. */
  readonly programName?: string;
  readonly status?: ExperimentRecord["status"];
  /** The whole name. */
  readonly optimizerName?: string;
  /** Created at this moment or later; milliseconds since 1970. */
  readonly createdAfter?: number;
  /** Created before this moment; milliseconds since 1970. */
  readonly createdBefore?: number;
}

/** Which part of the answer. */
export interface PageOptions {
  /** The most experiments to give. Default 50. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

/** One page of experiments, newest first; of equal age by id, descending. */
export interface ExperimentPage {
  readonly experiments: readonly ExperimentRecord[];
  /** Experiments that lie here and cannot be read; whether they would have matched nobody can say. */
  readonly problems: readonly StoreProblem[];
  /** Absent on the last page. Experiments archived meanwhile are newer and disturb nothing. */
  readonly nextCursor?: string;
}

const INDEX = "experiment-index";
const filterNames: readonly (keyof ExperimentFilters)[] = [
  "hypothesisId",
  "hypothesisText",
  "programName",
  "status",
  "optimizerName",
  "createdAfter",
  "createdBefore",
];

/** The index entry of an experiment; written in the same batch as the experiment. */
export function experimentIndexKey(experiment: ExperimentRecord): string {
  return encodeKey([INDEX, experiment.createdAt, experiment.experimentId]);
}

/** Reads an index entry back. @throws STORE_KEY_CORRUPT */
export function fromExperimentIndexKey(key: string): { readonly createdAt: number; readonly experimentId: string } {
  const [, createdAt, experimentId] = decodeKey(key);
  return { createdAt: Number(createdAt), experimentId: String(experimentId) };
}

/** The stretch of the index in which matching experiments lie. @throws STORE_CURSOR_INVALID, STORE_FILTER_UNKNOWN */
export function experimentIndexRange(
  filters: ExperimentFilters,
  cursor: string | undefined,
): { gte: string; lt: string } {
  for (const name of Object.keys(filters)) {
    if (!filterNames.some((known) => known === name)) throw filterUnknown(name);
  }
  const all = encodeKey([INDEX]);
  const gte = filters.createdAfter === undefined ? all : encodeKey([INDEX, wholeMs(filters.createdAfter)]);
  let lt = filters.createdBefore === undefined ? pastPrefix(all) : encodeKey([INDEX, wholeMs(filters.createdBefore)]);
  if (cursor !== undefined) {
    const key = fromCursor(cursor);
    if (key < lt) lt = key;
  }
  return { gte, lt };
}

/** Whether every given filter applies. */
export function experimentMatches(experiment: ExperimentRecord, filters: ExperimentFilters): boolean {
  const words = filters.hypothesisText?.toLowerCase();
  return (
    (filters.hypothesisId === undefined || experiment.hypothesisId === filters.hypothesisId) &&
    (words === undefined || experiment.hypothesisText.toLowerCase().includes(words)) &&
    (filters.programName === undefined || experiment.programName === filters.programName) &&
    (filters.status === undefined || experiment.status === filters.status) &&
    (filters.optimizerName === undefined || experiment.optimizerName === filters.optimizerName) &&
    (filters.createdAfter === undefined || experiment.createdAt >= filters.createdAfter) &&
    (filters.createdBefore === undefined || experiment.createdAt < filters.createdBefore)
  );
}

/** Makes an index key a cursor that nobody reads meaning into. */
export function toCursor(indexKey: string): string {
  return Buffer.from(indexKey, "latin1").toString("base64url");
}

function fromCursor(cursor: string): string {
  const key = Buffer.from(cursor, "base64url").toString("latin1");
  if (!key.startsWith(encodeKey([INDEX])) || toCursor(key) !== cursor) throw cursorInvalid(cursor);
  return key;
}

function wholeMs(ms: number): number {
  // Half a millisecond is no moment an experiment can have; both bounds read correctly when it is rounded up.
  return Math.max(0, Math.ceil(ms));
}

function filterUnknown(name: string): BaseError {
  const meant = nearest(name, filterNames);
  return new BaseError(
    "STORE_FILTER_UNKNOWN",
    `Expected filters out of ${filterNames.join(", ")}, got ${name}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
    { details: { filter: name } },
  );
}
