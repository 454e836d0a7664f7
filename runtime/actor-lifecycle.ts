// The life of one incarnation of an actor, from its start to its end.
// Knows nothing of why it moves on.
import { setup } from "xstate";
import { readLifecycle } from "./lifecycle.ts";

/** Where an actor is in its life. It takes messages until it has exited, and handles them while it runs. */
export type ActorStatus = "starting" | "running" | "terminating" | "exited";
/** What moves it on. */
export type ActorStep = "started" | "stopping" | "ended";

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

/** Its table, read once. */
export const actorLifecycle = readLifecycle<ActorStatus, ActorStep>(actorMachine);
