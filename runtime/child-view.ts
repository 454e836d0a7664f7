// A supervised child as others see it.
// Knows nothing of what supervisors keep besides.
import type { AnyActorRef } from "./actor-ref.ts";
import type { ChildStatus } from "./child-lifecycle.ts";
import type { ExitReason } from "./exit-reason.ts";

/** A child as `whichChildren` shows it. */
export interface ChildView {
  readonly id: string;
  /** The running incarnation. */
  readonly ref: AnyActorRef | undefined;
  readonly status: ChildStatus;
  readonly type: "worker" | "supervisor";
  /** Incarnations after the first, however they came about. */
  readonly restarts: number;
  /**
   * How the last incarnation ended; absent before the first end. Of an error its code and message, without stack, cause, details and payload:
   * those are in the events of the time. What is longer than 500 characters is cut.
   */
  readonly lastExit?: ExitReason;
  /** What the running incarnation's start said besides: `extra` of `startOf`. */
  readonly extra?: unknown;
}
