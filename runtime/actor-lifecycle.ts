// The life of one incarnation of an actor, from its start to its end.
// Knows nothing of why it moves on.
import type { ActorStep } from "./actor-step.ts";
import { readLifecycle } from "./lifecycle.ts";

/** Where an actor is in its life. It takes messages until it has exited, and handles them while it runs. */
export type ActorStatus = "starting" | "running" | "terminating" | "exited";

/** Its chart; an actor that failed to start ends without having run. */
export const actorChart = {
  id: "actor",
  initial: "starting",
  states: {
    starting: { on: { started: "running", ended: "exited" } },
    running: { on: { stopping: "terminating", ended: "exited" } },
    terminating: { on: { ended: "exited" } },
    exited: { type: "final" },
  },
} as const;

/** Its table, read once. */
export const actorLifecycle = readLifecycle<ActorStatus, ActorStep>(actorChart);
