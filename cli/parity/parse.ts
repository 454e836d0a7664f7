// Replays the answers of a `parse.json`.
// Knows nothing of prompts.
import { parseValue, readTypeText, toPlain } from "../../programs/index.ts";
import { isBaseError } from "../../runtime/base/index.ts";
import { adapterNamed } from "./adapters.ts";
import { compare, different, EQUAL, notYet, type Verdict } from "./case.ts";
import { loadSignature, loadTypes, type RecordedSignature, type RecordedTypes } from "./signatures.ts";
import { withSetsSorted } from "./unordered.ts";
import { loadValue } from "./values.ts";

/** A case of `parse.json`. */
export interface ParseCase {
  readonly what: string;
  readonly type?: string;
  readonly types?: RecordedTypes;
  readonly input?: unknown;
  readonly adapter?: string;
  readonly signature?: RecordedSignature;
  readonly completion?: string;
  readonly expected: { readonly value?: unknown; readonly error?: unknown };
}

/** Reads a case's text and compares the value, or that there is none. */
export function replayParse(each: ParseCase): Verdict {
  if (each.what !== "parse_value" && each.what !== "adapter.parse") return notYet(each.what);
  if (each.what === "adapter.parse" && adapterNamed(each.adapter ?? "") === undefined) {
    return notYet(`the ${each.adapter} adapter`);
  }
  return each.what === "parse_value" ? replayValue(each) : replayAnswer(each);
}

function replayValue({ type, types, input, expected }: ParseCase): Verdict {
  const names = loadTypes(types);
  const target = readTypeText(type ?? "str", "UnionType", names);
  const value = loadValue(input, "plain");
  let found: unknown;
  try {
    found = parseValue(value, target, "dspy-3.3.1");
  } catch (error) {
    return expected.error === undefined ? different(`does not fit: ${error}`) : EQUAL;
  }
  if (expected.error !== undefined) return compare(found, "a failure", "value");
  // Compared as Python values: ints and floats, lists and tuples are told apart.
  return compareUnordered(found, loadValue(expected.value, "plain", names), expected.value, "value");
}

function replayAnswer({ adapter: adapterName, signature, types, completion, expected }: ParseCase): Verdict {
  const recorded = signature ?? { instructions: "", inputs: [], outputs: [] };
  const names = loadTypes(types);
  const adapter = adapterNamed(adapterName ?? "")?.prepare(loadSignature(recorded, names), [], "dspy-3.3.1");
  if (adapter === undefined) return notYet("its adapter");
  let found: unknown;
  try {
    found = adapter.parse(completion ?? "");
  } catch (error) {
    if (!isBaseError(error, "PROGRAM_PARSE_FAILED")) throw error;
    return expected.error === undefined ? different(error.message) : EQUAL;
  }
  if (expected.error !== undefined) return compare(found, "a failure", "outputs");
  return compareUnordered(found, toPlain(loadValue(expected.value, "plain", names)), expected.value, "outputs");
}

function compareUnordered(found: unknown, expected: unknown, recorded: unknown, what: string): Verdict {
  return compare(withSetsSorted(found, recorded), withSetsSorted(expected, recorded), what);
}
