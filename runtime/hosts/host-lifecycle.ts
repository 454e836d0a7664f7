// The life of a host, from its start to its end.
// Knows nothing of threads, processes or actors.
import { readLifecycle } from "../lifecycle.ts";
import type { HostStep } from "./host-step.ts";

/** Where a host is in its life. It takes actors while it starts and while it is ready. */
export type HostStatus = "starting" | "ready" | "draining" | "ended";

/** Its chart. `drained`: it takes no more actors and waits for the end of those it has. */
export const hostChart = {
  id: "host",
  initial: "starting",
  states: {
    starting: { on: { "came-up": "ready", drained: "draining", lost: "ended" } },
    ready: { on: { drained: "draining", lost: "ended" } },
    draining: { on: { "came-up": "draining", lost: "ended" } },
    ended: { type: "final" },
  },
} as const;

/** Its table, read once. */
export const hostLifecycle = readLifecycle<HostStatus, HostStep>(hostChart);
