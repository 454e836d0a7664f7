// The life of a child in its supervisor's eyes, over all its incarnations.
// Knows nothing of why it moves on.
import { setup } from "xstate";
import { readLifecycle } from "./lifecycle.ts";

/** `restarting`: an attempt failed and another is due. `stopped`: the spec is kept, nothing runs. */
export type ChildStatus = "starting" | "running" | "restarting" | "stopped" | "removed";
/** What moves it on. */
export type ChildStep =
  | "started"
  | "ignored"
  | "failed"
  | "refused"
  | "ended"
  | "crashed"
  | "retried"
  | "cancelled"
  | "requested"
  | "deleted";

/** The machine. `failed` is an attempt to restart, to be tried again; `refused` one asked for by hand, which is not. */
export const childMachine = setup({ types: { events: {} as { type: ChildStep } } }).createMachine({
  id: "child",
  initial: "starting",
  states: {
    starting: { on: { started: "running", ignored: "stopped", failed: "restarting", refused: "stopped" } },
    running: { on: { ended: "stopped", crashed: "starting" } },
    restarting: { on: { retried: "starting", cancelled: "stopped" } },
    stopped: { on: { requested: "starting", deleted: "removed" } },
    removed: { type: "final" },
  },
});

/** Its table, read once. */
export const childLifecycle = readLifecycle<ChildStatus, ChildStep>(childMachine);
