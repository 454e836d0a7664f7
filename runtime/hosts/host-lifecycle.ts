// The life of a host, from its start to its end.
// Knows nothing of threads, processes or actors.
import { readLifecycle } from "../lifecycle.ts";
import { hostMachine } from "./host-machine.ts";
import type { HostStep } from "./host-step.ts";

/** Where a host is in its life. It takes actors while it starts and while it is ready. */
export type HostStatus = "starting" | "ready" | "draining" | "ended";
/** Its table, read once. */
export const hostLifecycle = readLifecycle<HostStatus, HostStep>(hostMachine);
