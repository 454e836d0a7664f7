// What goes wrong with modules in threads, in words.
// Knows nothing of when it happens.
import { BaseError } from "../runtime/base/index.ts";

/** A module cannot run in a thread as it was named. */
export function hostedInvalid(message: string, details: Readonly<Record<string, unknown>>): BaseError {
  return new BaseError("PROGRAM_HOSTED_INVALID", message, { details });
}

/** The thread in which a module ran ended under its call. */
export function programHostLost(path: string, stuckAfterMs: number, cause: unknown): BaseError {
  const said = cause instanceof Error ? `: ${cause.message}` : "";
  return new BaseError(
    "PROGRAM_HOST_LOST",
    `The thread in which \`${path}\` ran ended under it${said}. The next call is served by another. Mend a loop that does not end, hand the thread back now and then, or raise stuckAfterMs, which is ${stuckAfterMs}.`,
    { cause, retryable: true, details: { path, stuckAfterMs } },
  );
}

/** A module in a thread asks for something that only the thread of the runtime has. */
export function hostedUnsupported(path: string, asked: string, instead: string): BaseError {
  return new BaseError(
    "PROGRAM_HOSTED_UNSUPPORTED",
    `\`${path}\` runs in a thread, where ${asked} is not to be had. ${instead}`,
    { details: { path, asked } },
  );
}
