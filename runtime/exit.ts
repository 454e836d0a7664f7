// `exit(reason)`: how a handler ends its own actor from any depth.
// Knows nothing of actors; whoever runs the handler catches it.
import { BaseError } from "./base/index.ts";
import { describeReason, type ExitReason } from "./exit-reason.ts";

/** Thrown by {@link exit}. Outside an actor it surfaces as EXIT_OUTSIDE_ACTOR. */
export class ExitThrown extends BaseError {
  readonly reason: ExitReason;

  constructor(reason: ExitReason) {
    super(
      "EXIT_OUTSIDE_ACTOR",
      `Expected exit(${describeReason(reason)}) to run inside a handler, which it ends by throwing; nothing there caught it.`,
    );
    this.reason = reason;
  }
}

/** Ends the actor whose handler calls this, with `reason` as it is, once `terminate` has run. A `catch` of yours must let it pass. */
export function exit(reason: ExitReason): never {
  throw new ExitThrown(reason);
}
