// Replays the answers of a `parse.json`.
// Knows nothing of prompts.
import { chatAdapter, parseValue, readTypeText, toPlain } from "../../programs/index.ts";
import { isBaseError } from "../../runtime/base/index.ts";
import { compare, different, EQUAL, notYet, type Verdict } from "./case.ts";
import { loadSignature, type RecordedSignature } from "./signatures.ts";
import { loadValue } from "./values.ts";

/** A case of `parse.json`. */
export interface ParseCase {
  readonly what: string;
  readonly plain?: boolean;
  readonly type?: string;
  readonly input?: unknown;
  readonly adapter?: string;
  readonly signature?: RecordedSignature;
  readonly completion?: string;
  readonly expected: { readonly value?: unknown; readonly error?: unknown };
}

/** Reads a case's text and compares the value, or that there is none. */
export function replayParse(each: ParseCase): Verdict {
  if (each.what !== "parse_value" && each.what !== "adapter.parse") return notYet(each.what);
  if (each.what === "adapter.parse" && each.adapter !== "chat") return notYet(`the ${each.adapter} adapter`);
  if (each.plain !== true) return notYet("types beyond the plain ones");
  return each.what === "parse_value" ? replayValue(each) : replayAnswer(each);
}

function replayValue({ type, input, expected }: ParseCase): Verdict {
  const target = readTypeText(type ?? "str", "UnionType");
  const value = loadValue(input, "plain");
  let found: unknown;
  try {
    found = parseValue(value, target, "dspy-3.3.1");
  } catch (error) {
    return expected.error === undefined ? different(`does not fit: ${error}`) : EQUAL;
  }
  if (expected.error !== undefined) return compare(found, "a failure", "value");
  // Compared as Python values: ints and floats, lists and tuples are told apart.
  return compare(found, loadValue(expected.value, "plain"), "value");
}

function replayAnswer({ signature, completion, expected }: ParseCase): Verdict {
  const recorded = signature ?? { instructions: "", inputs: [], outputs: [] };
  const adapter = chatAdapter.prepare(loadSignature(recorded), [], "dspy-3.3.1");
  let found: unknown;
  try {
    found = adapter.parse(completion ?? "");
  } catch (error) {
    if (!isBaseError(error, "PROGRAM_PARSE_FAILED")) throw error;
    return expected.error === undefined ? different(error.message) : EQUAL;
  }
  if (expected.error !== undefined) return compare(found, "a failure", "outputs");
  return compare(found, toPlain(loadValue(expected.value, "plain")), "outputs");
}
