// The messages the kernel itself sends to actors.
// Knows nothing of links, monitors or timers.
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

/** No message has arrived in the time that `next(…, { timeoutMs })` gave. */
export class Timeout {
  readonly type = "TIMEOUT";
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    this.timeoutMs = timeoutMs;
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

/** Whether a message says that nothing has arrived in time. */
export function isTimeout(message: unknown): message is Timeout {
  return message instanceof Timeout;
}
