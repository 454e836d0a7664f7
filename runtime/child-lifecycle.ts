// The life of a child in its supervisor's eyes, over all its incarnations.
// Knows nothing of why it moves on.
import type { ChildStep } from "./child-step.ts";
import { readLifecycle } from "./lifecycle.ts";

/** `restarting`: an attempt failed and another is due. `stopped`: the spec is kept, nothing runs. */
export type ChildStatus = "starting" | "running" | "restarting" | "stopped" | "removed";
/** Its chart. `failed` is an attempt to restart, to be tried again; `refused` one asked for by hand, which is not. */
export const childChart = {
  id: "child",
  initial: "starting",
  states: {
    starting: { on: { started: "running", ignored: "stopped", failed: "restarting", refused: "stopped" } },
    running: { on: { ended: "stopped", crashed: "starting" } },
    restarting: { on: { retried: "starting", cancelled: "stopped" } },
    stopped: { on: { requested: "starting", deleted: "removed" } },
    removed: { type: "final" },
  },
} as const;

/** Its table, read once. */
export const childLifecycle = readLifecycle<ChildStatus, ChildStep>(childChart);
