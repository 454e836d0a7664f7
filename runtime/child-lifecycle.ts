// The life of a child in its supervisor's eyes, over all its incarnations.
// Knows nothing of why it moves on.
import { childMachine } from "./child-machine.ts";
import type { ChildStep } from "./child-step.ts";
import { readLifecycle } from "./lifecycle.ts";

/** `restarting`: an attempt failed and another is due. `stopped`: the spec is kept, nothing runs. */
export type ChildStatus = "starting" | "running" | "restarting" | "stopped" | "removed";
/** Its table, read once. */
export const childLifecycle = readLifecycle<ChildStatus, ChildStep>(childMachine);
