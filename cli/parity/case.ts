// One replayed case: what every group of cases answers.
// Knows no group.
import { isDeepStrictEqual } from "node:util";

/** How a case went. `not-yet`: it needs a part of DSPy that dspex does not have; `excluded`: an accident of Python that is not copied. */
export type CaseStatus = "equal" | "different" | "excluded" | "not-yet";

/** A replayed case. */
export interface ParityCase {
  /** The fixture file's name without `.json`. */
  readonly group: string;
  readonly name: string;
  readonly status: CaseStatus;
  readonly reason?: string;
}

/** How a case went, before it has group and name. */
export interface Verdict {
  readonly status: CaseStatus;
  readonly reason?: string;
}

/** The verdict of a case that is as it should be. */
export const EQUAL: Verdict = { status: "equal" };

/** The verdict of a case that comes out otherwise. */
export function different(reason: string): Verdict {
  return { status: "different", reason };
}

/** The verdict of a case that asks for what is not there yet. */
export function notYet(reason: string): Verdict {
  return { status: "not-yet", reason };
}

/** Compares two plain values, and says where they part. */
export function compare(found: unknown, expected: unknown, what: string): Verdict {
  if (isDeepStrictEqual(found, expected)) return EQUAL;
  return different(`${what}: expected ${shown(expected)}, found ${shown(found)}`);
}

/** Compares two texts, and shows the line where they part. */
export function compareText(found: string, expected: string, what: string): Verdict {
  if (found === expected) return EQUAL;
  const [ours, theirs] = [found.split("\n"), expected.split("\n")];
  const line = theirs.findIndex((each, index) => each !== ours[index]);
  const at = line === -1 ? theirs.length : line;
  return different(
    `${what}, line ${at + 1}: expected ${shown(theirs[at] ?? "(end)")}, found ${shown(ours[at] ?? "(end)")}`,
  );
}

const MAX_SHOWN = 200;

function shown(value: unknown): string {
  const text =
    JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? String(item) : item)) ?? "nothing";
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}
