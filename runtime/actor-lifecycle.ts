// The life of one incarnation of an actor, from its start to its end.
// Knows nothing of why it moves on.
import { actorMachine } from "./actor-machine.ts";
import type { ActorStep } from "./actor-step.ts";
import { readLifecycle } from "./lifecycle.ts";

/** Where an actor is in its life. It takes messages until it has exited, and handles them while it runs. */
export type ActorStatus = "starting" | "running" | "terminating" | "exited";
/** Its table, read once. */
export const actorLifecycle = readLifecycle<ActorStatus, ActorStep>(actorMachine);
