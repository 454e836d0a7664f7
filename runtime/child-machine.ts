// The machine of a child in its supervisor's eyes, for pictures, inspection and tests; the kernel looks its table up.
// Knows nothing of why it moves on. Apart from its table: what users import declares nothing of xstate's.
import { setup } from "xstate";
import type { ChildStep } from "./child-step.ts";

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
