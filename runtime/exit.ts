// `exit(reason)`: how a handler ends its own actor from any depth.
// Knows nothing of actors; whoever runs the handler catches it.
import { BaseError, isBaseError } from "./base/index.ts";
import { describeReason, type ExitReason, Failure, type HandledMessage } from "./exit-reason.ts";

/** Ends the actor whose handler calls this, with `reason` as it is, once `terminate` has run. A `catch` of yours must let it pass. */
export function exit(reason: ExitReason): never {
  throw new BaseError(
    "EXIT_OUTSIDE_ACTOR",
    `Expected exit(${describeReason(reason)}) to run inside a handler, which it ends by throwing; nothing there caught it.`,
    { details: { reason } },
  );
}

/** The reason in what a handler threw: an `exit` as it is, anything else as a failure with the message that was being handled. */
export function thrownReason(thrown: unknown, message: HandledMessage | undefined): ExitReason {
  // Only `exit` makes this code, and it always says its reason.
  if (isBaseError(thrown, "EXIT_OUTSIDE_ACTOR")) return thrown.details["reason"] as ExitReason;
  return new Failure(thrown, message);
}
