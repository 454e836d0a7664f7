// The failures of tools: made wrongly, given arguments that do not fit, or failing at their work.
// Knows nothing of who calls tools.
import { BaseError, isBaseError, nearest } from "../runtime/base/index.ts";

/** A tool, or a set of tools, cannot be used as it is. */
export function toolInvalid(problem: string, details: Readonly<Record<string, unknown>> = {}): BaseError {
  return new BaseError("PROGRAM_TOOL_INVALID", `The tool cannot be used: ${problem}.`, {
    details: { problem, ...details },
  });
}

/** A tool failed, or could not be called with what it was given. `details.reason` is what a model is told. */
export function toolFailed(toolName: string, reason: string, cause?: unknown): BaseError {
  return new BaseError("PROGRAM_TOOL_FAILED", `The tool \`${toolName}\` failed: ${reason}`, {
    ...(cause === undefined ? {} : { cause }),
    details: { toolName, reason },
  });
}

/** What a model is told of a tool's failure; undefined for a failure that is none of a tool's. */
export function toolFailureReason(error: unknown): string | undefined {
  return isBaseError(error, "PROGRAM_TOOL_FAILED") ? String(error.details["reason"]) : undefined;
}

/** In words: there is no such argument. */
export function unknownArgument(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  const meant = near === undefined ? "" : ` Did you mean \`${near}\`?`;
  const all =
    known.length === 0 ? "It takes none." : `Its arguments are ${known.map((each) => `\`${each}\``).join(", ")}.`;
  return `there is no argument \`${name}\`.${meant} ${all}`;
}
