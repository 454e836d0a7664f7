// The loop of ReActV2 as a state machine: which turn it is, and how it ended.
// Knows no model, no history and no tool.
import { assign, setup } from "xstate";
import type { ReactV2Context, ReactV2Event } from "./react-v2-loop.ts";

/** The machine: `asking` and `calling` in turn, until the model submits; where it does not, `forcing`, once; then `done`. */
export const reactV2Machine = setup({
  types: {
    context: {} as ReactV2Context,
    events: {} as ReactV2Event,
    input: {} as { readonly maxIterations: number },
  },
  guards: {
    isUsedUp: ({ context }) => context.turns >= context.maxIterations,
    hasSubmitted: ({ event }) => event.type === "answered" && event.submitted,
  },
}).createMachine({
  id: "reactV2",
  context: ({ input }) => ({ maxIterations: input.maxIterations, turns: 0, reason: "max_iters" }),
  initial: "asking",
  states: {
    asking: {
      always: { guard: "isUsedUp", target: "forcing" },
      on: {
        called: "calling",
        stopped: { target: "forcing", actions: assign({ reason: ({ event }) => event.reason }) },
      },
    },
    calling: {
      on: {
        answered: [
          { guard: "hasSubmitted", target: "done", actions: assign({ reason: "submit" }) },
          { target: "asking", actions: assign({ turns: ({ context }) => context.turns + 1 }) },
        ],
      },
    },
    forcing: {
      on: {
        answered: [
          { guard: "hasSubmitted", target: "done", actions: assign({ reason: "forced_submit" }) },
          { target: "done" },
        ],
      },
    },
    done: { type: "final" },
  },
});
