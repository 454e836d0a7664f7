// What becomes of actors in threads, read from the errors that their callers get.
// Knows nothing of what the actors do.
import { type BaseError, isBaseError } from "../runtime/base/index.ts";

/** Whether an actor's thread ended under it. */
export function isThreadLost(error: unknown): error is BaseError {
  return isBaseError(error) && isBaseError(error.cause, "HOST_LOST");
}

/** Where an actor did not start, why: its file does not load, or exports nothing of the kind. Any other error is answered as it is. */
export function startCause(error: unknown): unknown {
  return isBaseError(error, "START_FAILED") && error.cause !== undefined ? error.cause : error;
}
