// How one run of a program is bounded and set.
// Knows nothing of how it is run.
import type { Clock } from "../runtime/base/index.ts";
import type { ProgramSettings } from "./settings.ts";

/** How one run is bounded and set. */
export interface ExecuteOptions {
  /** Aborting it ends the run with PROGRAM_ABORTED. */
  readonly signal?: AbortSignal;
  /** Calls the work off when it aborts, and the run ends as that does: for whoever does not wait for it any more. Costs less than `signal`. */
  readonly workSignal?: AbortSignal;
  /** In `clock.now()` milliseconds; past it the run ends with PROGRAM_DEADLINE_EXCEEDED. Default: none. */
  readonly deadlineAt?: number;
  /** `caller`: whoever runs it lets go of it, and calls it off by `workSignal`, when `deadlineAt` has passed. Default `run`: the run ends itself. */
  readonly endedBy?: "run" | "caller";
  readonly settings?: ProgramSettings;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
}
