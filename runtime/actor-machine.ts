// The machine of one incarnation of an actor, for pictures, inspection and tests; the kernel reads its chart.
// Knows nothing of why it moves on. Nothing of the kernel imports it: what users import declares nothing of xstate's, and hosts load none of it.
import { setup } from "xstate";
import { actorChart } from "./actor-lifecycle.ts";
import type { ActorStep } from "./actor-step.ts";

export const actorMachine = setup({ types: { events: {} as { type: ActorStep } } }).createMachine(actorChart);
