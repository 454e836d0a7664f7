// The two messages the kernel itself sends to actors.
// Knows nothing of links or monitors.
import type { AnyActorRef } from "./actor-ref.ts";
import type { ExitReason } from "./exit-reason.ts";
import type { Monitor } from "./self.ts";

/** A monitored actor has ended. */
export class Down {
  readonly type = "DOWN";
  readonly monitor: Monitor;
  /** Undefined where the monitor was of a name that nobody had. */
  readonly ref: AnyActorRef | undefined;
  readonly reason: ExitReason;

  constructor(monitor: Monitor, ref: AnyActorRef | undefined, reason: ExitReason) {
    this.monitor = monitor;
    this.ref = ref;
    this.reason = reason;
  }
}

/** An exit signal that was trapped. */
export class Exit {
  readonly type = "EXIT";
  /** Who ended or sent the signal; undefined where it came from outside any actor. */
  readonly from: AnyActorRef | undefined;
  readonly reason: ExitReason;

  constructor(from: AnyActorRef | undefined, reason: ExitReason) {
    this.from = from;
    this.reason = reason;
  }
}

/** Whether a message says that a monitored actor has ended. */
export function isDown(message: unknown): message is Down {
  return message instanceof Down;
}

/** Whether a message is a trapped exit signal. */
export function isExit(message: unknown): message is Exit {
  return message instanceof Exit;
}
