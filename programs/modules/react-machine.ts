// The loop of ReAct as a state machine: what has been done, and what comes next.
// Knows no model, no prompt and no tool.
import { assign, setup } from "xstate";
import { FINISH, type ReactContext, type ReactEvent } from "./react-loop.ts";

/** The machine: `deciding` and `acting` in turn, until the model finishes, the turns are used up or the loop cannot go on; then `extracting`, then `done`. */
export const reactMachine = setup({
  types: {
    context: {} as ReactContext,
    events: {} as ReactEvent,
    input: {} as { readonly maxIterations: number },
  },
  guards: {
    isUsedUp: ({ context }) => context.steps.length >= context.maxIterations,
    isFinished: ({ context }) => context.decision?.toolName === FINISH,
  },
  actions: {
    shorten: assign({ hidden: ({ context }) => context.hidden + 1 }),
  },
}).createMachine({
  id: "react",
  context: ({ input }) => ({ maxIterations: input.maxIterations, steps: [], hidden: 0, decision: undefined }),
  initial: "deciding",
  states: {
    deciding: {
      always: { guard: "isUsedUp", target: "extracting" },
      on: {
        decided: {
          target: "acting",
          actions: assign({
            decision: ({ event: { thought, toolName, toolArgs } }) => ({ thought, toolName, toolArgs }),
          }),
        },
        unreadable: {
          actions: assign({
            steps: ({ context, event: { type: _, ...step } }) => [...context.steps, step],
          }),
        },
        shortened: { actions: "shorten" },
        stopped: "extracting",
      },
    },
    acting: {
      on: {
        observed: [
          { guard: "isFinished", target: "extracting", actions: assign(withObservation) },
          { target: "deciding", actions: assign(withObservation) },
        ],
      },
    },
    extracting: { on: { shortened: { actions: "shorten" }, extracted: "done" } },
    done: { type: "final" },
  },
});

function withObservation({
  context: { steps, decision },
  event: { observation },
}: {
  readonly context: ReactContext;
  readonly event: Extract<ReactEvent, { type: "observed" }>;
}): Partial<ReactContext> {
  return decision === undefined ? {} : { steps: [...steps, { ...decision, observation }], decision: undefined };
}
