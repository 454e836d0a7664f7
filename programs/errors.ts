// The failures of the language, one maker each.
// Knows no other folder's codes.
import { BaseError, nearest } from "../runtime/base/index.ts";

/** Why one field of an answer could not be read. */
export interface FieldFailure {
  readonly field: string;
  readonly reason: string;
}

/** What a failed parse knew. */
export interface ParseFailure {
  readonly adapterName: string;
  /** The completion as it came; null where the model sent none. */
  readonly text: string | null;
  readonly expectedFields: readonly string[];
  /** The fields that could be read. */
  readonly parsedFields: Readonly<Record<string, unknown>>;
  readonly failures: readonly FieldFailure[];
}

/** How much of a completion goes into a message; the whole is in `details.text`. */
const EXCERPT_LENGTH = 400;

/** The answer of a model did not hold what the signature asks for. */
export function parseFailed(failure: ParseFailure): BaseError {
  const { adapterName, text, expectedFields, failures } = failure;
  const reasons = failures.map(({ field, reason }) => `\n  \`${field}\`: ${reason}`).join("");
  const answer = text === null || text === "" ? "nothing" : excerpt(text);
  return new BaseError(
    "PROGRAM_PARSE_FAILED",
    `Expected the fields ${quoted(expectedFields)} in the model's answer (${adapterName} adapter); it cannot be read as such.${reasons}\nThe answer was: ${answer}`,
    { details: { ...failure } },
  );
}

/** The inputs of a predictor are not those of its signature. */
export function inputInvalid(
  path: string,
  problem: "missing" | "unknown" | "mismatched",
  field: string,
  expected: readonly string[],
  found?: string,
): BaseError {
  const near = problem === "unknown" ? nearest(field, expected) : undefined;
  const message = {
    missing: `\`${path}\` needs the input \`${field}\`, which was not given. Pass a value for it.`,
    unknown: `\`${path}\` has no input \`${field}\`.${near === undefined ? "" : ` Did you mean \`${near}\`?`} Its inputs are ${quoted(expected)}.`,
    mismatched: `The input \`${field}\` of \`${path}\` does not fit: ${found ?? "its type differs"}.`,
  }[problem];
  return new BaseError("PROGRAM_INPUT_INVALID", message, {
    details: { path, problem, field, expected, ...(near === undefined ? {} : { nearest: near }) },
  });
}

/** A module was given something that holds no inputs by name. */
export function inputsNotObject(path: string, found: string): BaseError {
  return new BaseError(
    "PROGRAM_INPUT_INVALID",
    `\`${path}\` needs its inputs as an object by name, like { question: "…" }; it was given ${found}.`,
    { details: { path, problem: "not-an-object", found } },
  );
}

/** A value has no textual form in the field it stands in. */
export function formatFailed(field: string, reason: string): BaseError {
  return new BaseError(
    "PROGRAM_FORMAT_FAILED",
    `The value of \`${field}\` cannot be written into a prompt: ${reason}.`,
    {
      details: { field, reason },
    },
  );
}

/** The caller's signal aborted. */
export function aborted(path: string, reason: unknown): BaseError {
  return new BaseError(
    "PROGRAM_ABORTED",
    `The run was cancelled while \`${path}\` was at work. What it had already paid for is in its record.`,
    { cause: reason, details: { path } },
  );
}

/** The deadline passed. */
export function deadlineExceeded(path: string): BaseError {
  return new BaseError(
    "PROGRAM_DEADLINE_EXCEEDED",
    `The deadline passed while \`${path}\` was at work. Give the run more time, or a faster model.`,
    { retryable: true, details: { path } },
  );
}

/** A module was run that is not part of the program. */
export function moduleUnknown(path: string, kind: string): BaseError {
  return new BaseError(
    "PROGRAM_MODULE_UNKNOWN",
    `\`${path}\` runs a ${kind} that is no part of the program. Keep sub-modules in properties of the module (not #private, not made during a call), and read them from \`this\` inside \`forward\`: a changed copy of a program has its own.`,
    { details: { path, kind } },
  );
}

/** A module's own code threw, or answered something that is no outputs. */
export function forwardFailed(path: string, moduleName: string, cause: unknown): BaseError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new BaseError("PROGRAM_FORWARD_FAILED", `The code of \`${path}\` (${moduleName}) failed: ${message}`, {
    cause,
    details: { path, moduleName },
  });
}

/** A saved state does not fit the program. */
export function stateInvalid(path: string, problem: string): BaseError {
  return new BaseError("PROGRAM_STATE_INVALID", `The saved state does not fit the program at \`${path}\`: ${problem}`, {
    details: { path, problem },
  });
}

/** Names with back-quotes, for messages. */
function quoted(names: readonly string[]): string {
  return names.length === 0 ? "(none)" : names.map((name) => `\`${name}\``).join(", ");
}

function excerpt(text: string): string {
  return text.length <= EXCERPT_LENGTH
    ? text
    : `${text.slice(0, EXCERPT_LENGTH)}… (${text.length} characters, the whole is in details.text)`;
}
