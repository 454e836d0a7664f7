// The failures of the language, one maker each.
// Knows no other folder's codes.
import { BaseError, nearest } from "../runtime/base/index.ts";
import type { FailedAsk } from "./ports.ts";
import { quotedNames } from "./quoted-names.ts";
import { signatureInvalid } from "./signature-checks.ts";

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
    `Expected the fields ${quotedNames(expectedFields)} in the model's answer (${adapterName} adapter); it cannot be read as such.${reasons}\nThe answer was: ${answer}`,
    { details: { ...failure } },
  );
}

/** The same failure as that of the predictor at a path, with those of the asks before it. */
export function parseFailedAt(
  path: string,
  { code, message, details, cause, retryable }: BaseError,
  failedAsks: readonly FailedAsk[] | undefined,
): BaseError {
  const asked = failedAsks === undefined ? details : { ...details, failedAsks };
  // An ask within an ask has named it.
  if (details["path"] === path) return new BaseError(code, message, { cause, retryable, details: asked });
  const named = `\`${path}\` was given an answer that it cannot read. ${message}`;
  return new BaseError(code, named, { cause, retryable, details: { path, ...asked } });
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
    unknown: `\`${path}\` has no input \`${field}\`.${near === undefined ? "" : ` Did you mean \`${near}\`?`} Its inputs are ${quotedNames(expected)}.`,
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

/** An adapter made no messages of the inputs. */
export function messagesMissing(adapterName: string, found: string): BaseError {
  const reason = `its \`format\` must answer a list of messages like { role: "user", content: "…" }; it answered ${found}`;
  return new BaseError("PROGRAM_FORMAT_FAILED", `The adapter \`${adapterName}\` cannot word a prompt: ${reason}.`, {
    details: { adapterName, reason },
  });
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

/** No module of the program is at this path. */
export function pathUnknown(path: string, paths: readonly string[]): BaseError {
  const near = nearest(path, paths);
  return new BaseError(
    "PROGRAM_PATH_UNKNOWN",
    `Expected the path of a module of the program, found \`${path}\`.${near === undefined ? "" : ` Did you mean \`${near}\`?`} There are ${paths.join(", ")}.`,
    { details: { path, known: paths } },
  );
}

/** A module cannot stand in for the one at this path. */
export function replacementMisfit(path: string, why: string): BaseError {
  return new BaseError("PROGRAM_REPLACEMENT_MISFIT", `The module for \`${path}\` does not fit there: ${why}.`, {
    details: { path },
  });
}

/** A module's own code threw, or answered something that is no outputs. */
export function forwardFailed(path: string, moduleName: string, cause: unknown): BaseError {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof TypeError && PRIVATE_MISSING.test(message)) return privateMissing(path, moduleName, cause);
  return new BaseError("PROGRAM_FORWARD_FAILED", `The code of \`${path}\` (${moduleName}) failed: ${message}`, {
    cause,
    details: { path, moduleName },
  });
}

// V8's words for an object without its class's #private parts: https://github.com/v8/v8/blob/main/src/common/message-template.h
const PRIVATE_MISSING = /^Cannot (read|write) private member |^Receiver must be (an instance of )?class /;

/** A changed copy lacks what its class keeps in #private. */
function privateMissing(path: string, moduleName: string, cause: TypeError): BaseError {
  return new BaseError(
    "PROGRAM_PRIVATE_MISSING",
    `Expected the module at \`${path}\` (${moduleName}) to hold all that its code needs, but it is a changed copy and its class keeps something in #private, which copies made without the constructor lack: ${cause.message}. Keep it in an ordinary property; TypeScript's \`private\` is one.`,
    { cause, details: { path, moduleName } },
  );
}

/** Types were declared beside a signature that has read its own already. */
export function typesUnused(): BaseError {
  const problem =
    "`types` is for a signature that is given as a string; this one is made already. Pass `types` where it is made";
  return signatureInvalid(problem);
}

/** A saved state does not fit the program. */
export function stateInvalid(path: string, problem: string): BaseError {
  return new BaseError("PROGRAM_STATE_INVALID", `The saved state does not fit the program at \`${path}\`: ${problem}`, {
    details: { path, problem },
  });
}

/** A text is no file of a saved program. */
export function fileInvalid(problem: string): BaseError {
  return new BaseError(
    "PROGRAM_FILE_INVALID",
    `Expected the file of a saved program, as \`saveProgram\` or DSPy's \`program.save("x.json")\` writes it: ${problem}.`,
    { details: { problem } },
  );
}

/** A saved program had a tool that the program lacks into which it is loaded. */
export function toolMissing(toolName: string, known: readonly string[]): BaseError {
  const near = nearest(toolName, known);
  const hint = near === undefined ? `It has ${quotedNames(known)}.` : `Did it get another name: \`${near}\`?`;
  return new BaseError(
    "PROGRAM_TOOL_MISSING",
    `The saved program had the tool \`${toolName}\`, which this program does not. ${hint} Tools are functions, which no file holds: make the program with them.`,
    { details: { toolName, known, ...(near === undefined ? {} : { nearest: near }) } },
  );
}

/** Names with back-quotes, for messages. */
function excerpt(text: string): string {
  return text.length <= EXCERPT_LENGTH
    ? text
    : `${text.slice(0, EXCERPT_LENGTH)}… (${text.length} characters, the whole is in details.text)`;
}
