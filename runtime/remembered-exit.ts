// How a supervisor remembers the last end of each child: in words, so that 100,000 children do not hold as many stacks, causes and payloads.
// Knows nothing of supervisors or reports.
import { BaseError } from "./base/index.ts";
import { type ExitReason, Failure, HandledMessage } from "./exit-reason.ts";

/** Characters of a message that are kept: what a line of a report has room for. */
const LONGEST = 500;

/**
 * An exit reason as it is kept for as long as its child lives.
 *
 * Of a failure: the error's class of failure, code and message, and which message was being handled. Not its stack, which holds on to
 * whatever was called there until somebody reads it, nor causes, details or payload: whoever listens has had them when it happened.
 */
export function rememberedExit(reason: ExitReason): ExitReason {
  if (typeof reason === "string") return reason;
  if (reason instanceof Failure) {
    const { message } = reason;
    return new Failure(
      rememberedTerm(reason.thrown),
      message === undefined ? undefined : new HandledMessage(message.kind, message.name, undefined),
    );
  }
  return "shutdown" in reason ? { shutdown: rememberedTerm(reason.shutdown) } : { exit: rememberedTerm(reason.exit) };
}

function rememberedTerm(term: unknown): unknown {
  if (typeof term === "string") return clipped(term);
  if (typeof term !== "object" || term === null) return typeof term === "function" ? clipped(String(term)) : term;
  if (term instanceof Error) return rememberedError(term);
  // As it is worded in one line; short terms stay what they are.
  const { message } = new Failure(term).record;
  return message.length <= LONGEST ? plainCopy(term, message) : clipped(message);
}

/** A term that JSON says exactly is kept as data; anything else in words. */
function plainCopy(term: object, text: string): unknown {
  try {
    return JSON.parse(JSON.stringify(term));
  } catch {
    // A cycle or a bigint.
    return text;
  }
}

function rememberedError(error: Error): Error {
  const { stackTraceLimit } = Error;
  // No stack is taken for an error that is not thrown.
  Error.stackTraceLimit = 0;
  try {
    const message = clipped(error.message);
    const kept =
      error instanceof BaseError
        ? new BaseError(error.code, message, { retryable: error.retryable })
        : new Error(message);
    if (kept.name !== error.name) kept.name = error.name;
    return kept;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function clipped(text: string): string {
  if (text.length <= LONGEST) return text;
  // Through JSON: a part of a text keeps the whole of it alive.
  return JSON.parse(JSON.stringify(`${text.slice(0, LONGEST)}…`));
}
