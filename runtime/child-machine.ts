// The machine of a child in its supervisor's eyes, for pictures, inspection and tests; the kernel reads its chart.
// Knows nothing of why it moves on. Nothing of the kernel imports it: what users import declares nothing of xstate's, and hosts load none of it.
import { setup } from "xstate";
import { childChart } from "./child-lifecycle.ts";
import type { ChildStep } from "./child-step.ts";

export const childMachine = setup({ types: { events: {} as { type: ChildStep } } }).createMachine(childChart);
