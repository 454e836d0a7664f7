// The machine of a host, for pictures, inspection and tests; the pool looks its table up.
// Knows nothing of why it moves on. Apart from its table: what users import declares nothing of xstate's.
import { setup } from "xstate";
import type { HostStep } from "./host-step.ts";

/** The machine. `drained`: it takes no more actors and waits for the end of those it has. */
export const hostMachine = setup({ types: { events: {} as { type: HostStep } } }).createMachine({
  id: "host",
  initial: "starting",
  states: {
    starting: { on: { "came-up": "ready", drained: "draining", lost: "ended" } },
    ready: { on: { drained: "draining", lost: "ended" } },
    draining: { on: { "came-up": "draining", lost: "ended" } },
    ended: { type: "final" },
  },
});
