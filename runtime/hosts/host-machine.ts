// The machine of a host, for pictures, inspection and tests; the pool reads its chart.
// Knows nothing of why it moves on. Nothing of the kernel imports it: what users import declares nothing of xstate's.
import { setup } from "xstate";
import { hostChart } from "./host-lifecycle.ts";
import type { HostStep } from "./host-step.ts";

export const hostMachine = setup({ types: { events: {} as { type: HostStep } } }).createMachine(hostChart);
