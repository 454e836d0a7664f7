// The machine of one incarnation of an actor, for pictures, inspection and tests; the kernel looks its table up.
// Knows nothing of why it moves on. Apart from its table: what users import declares nothing of xstate's.
import { setup } from "xstate";
import type { ActorStep } from "./actor-step.ts";

/** The machine; an actor that failed to start ends without having run. */
export const actorMachine = setup({ types: { events: {} as { type: ActorStep } } }).createMachine({
  id: "actor",
  initial: "starting",
  states: {
    starting: { on: { started: "running", ended: "exited" } },
    running: { on: { stopping: "terminating", ended: "exited" } },
    terminating: { on: { ended: "exited" } },
    exited: { type: "final" },
  },
});
