// How the command line words its own failures. Every code has a paragraph in docs/reference/errors/cli.md.
// Knows nothing of exit codes; those are in `exit-code.ts`.
import { BaseError, nearest } from "../index.ts";

/** The command line itself is wrong: an unknown word, a missing or ill-typed value. */
export function usageWrong(message: string, details: Readonly<Record<string, unknown>> = {}): BaseError {
  return new BaseError("CLI_USAGE", message, { details });
}

/** A word that is none of the legal ones; names the nearest. `lists` says whether the legal ones are few enough to be listed. */
export function wordUnknown(
  what: string,
  word: string,
  legal: readonly string[],
  advice: string,
  lists: "list" | "omit" = "list",
): BaseError {
  const near = nearest(word, legal);
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  const known = lists === "list" ? ` Expected one of ${legal.join(", ")}.` : "";
  return usageWrong(`Unknown ${what} "${word}".${hint}${known} ${advice}`, {
    word,
    ...(near === undefined ? {} : { nearest: near }),
  });
}

/** Software that a command needs, and that npm does not bring, is not there or broke down. */
export function softwareMissing(problem: string): BaseError {
  return new BaseError("CLI_SOFTWARE_MISSING", `This needs the real DSPy: ${problem}.`, { details: { problem } });
}

/** The file that was named is not there. */
export function fileMissing(file: string, advice: string): BaseError {
  return new BaseError("CLI_FILE_MISSING", `Expected a file at ${file}, found none. ${advice}`, { details: { file } });
}

/** The user's module threw while it was loaded. */
export function moduleFailed(file: string, cause: unknown): BaseError {
  const said = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  const types = /strip|ERR_UNKNOWN_FILE_EXTENSION|ERR_UNSUPPORTED_TYPESCRIPT|ERR_INVALID_TYPESCRIPT/.test(
    `${said} ${cause instanceof Error && "code" in cause ? String(cause.code) : ""}`,
  )
    ? " TypeScript is run with its types stripped (Node 22.18 and later): no enums, no parameter properties, .ts in relative imports."
    : "";
  return new BaseError(
    "CLI_MODULE_FAILED",
    `${file} could not be loaded: ${said}.${types} Run it alone with node to see where; --verbose shows the stack.`,
    { cause, details: { file } },
  );
}

/** The user's module lacks an export that the command reads. */
export function exportMissing(
  file: string,
  wanted: string,
  found: readonly string[],
  advice: string,
  word = wanted,
): BaseError {
  const near = nearest(word, found);
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  return new BaseError(
    "CLI_EXPORT_MISSING",
    `Expected ${file} to export ${wanted}; it exports ${found.join(", ") || "nothing"}.${hint} ${advice}`,
    { details: { file, wanted, found } },
  );
}

/** An export of the user's module is not what the command needs. */
export function exportInvalid(file: string, name: string, expected: string, found: unknown, advice = ""): BaseError {
  return new BaseError(
    "CLI_EXPORT_INVALID",
    `Expected ${name} of ${file} to be ${expected}, found ${describe(found)}.${advice === "" ? "" : ` ${advice}`}`,
    { details: { file, name, expected } },
  );
}

/** A file or text that should hold a JSON object does not. */
export function inputInvalid(source: string, expected: string, found: string): BaseError {
  return new BaseError("CLI_INPUT_INVALID", `Expected ${expected} in ${source}, found ${found}.`, {
    details: { source, expected, found },
  });
}

/** Nothing of this id is in the store. */
export function recordUnknown(id: string, what: string, location: string, advice: string): BaseError {
  return new BaseError(
    "CLI_RECORD_UNKNOWN",
    `Expected ${what}, got "${id}"; ${location} holds none of that name. ${advice}`,
    {
      details: { id, location },
    },
  );
}

/** The run's file or one of its relative imports is not what it was when the run was started. */
export function codeChanged(runId: string, file: string): BaseError {
  return new BaseError(
    "RUN_CODE_CHANGED",
    `Run ${runId} was started with other code: ${file} or one of its relative imports has changed since. ` +
      "Put it back to go on, start afresh with --new, or go on all the same with --force.",
    { details: { runId, file, changes: ["module hash"] } },
  );
}

/** The data set of an unfinished run is not the one that is given now. */
export function dataChanged(runId: string, role: string): BaseError {
  return new BaseError(
    "CLI_DATA_CHANGED",
    `Run ${runId} was started with another ${role}. Put the data back to go on, start afresh with --new, ` +
      "or go on with the data that the run has recorded with --force.",
    { details: { runId, role } },
  );
}

/** A recorded run that the command line cannot take up by itself. */
export function notResumable(runId: string, why: string, advice: string): BaseError {
  return new BaseError("CLI_RUN_NOT_RESUMABLE", `Run ${runId} cannot be resumed from here: ${why}. ${advice}`, {
    details: { runId },
  });
}

function describe(found: unknown): string {
  if (found === null) return "null";
  if (Array.isArray(found)) return `an array of ${found.length}`;
  if (typeof found === "function") return found.name === "" ? "a function" : `the function ${found.name}`;
  if (typeof found === "object") return `an object of ${found.constructor?.name ?? "no class"}`;
  return `the ${typeof found} ${String(found).slice(0, 60)}`;
}
