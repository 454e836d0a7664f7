// The machines of agents as they are handed out: without xstate's types, which do not compile under every user's options.
// Knows nothing of what moves them.
import { reactMachine as reactLoop } from "./react-machine.ts";
import { reactV2Machine as reactV2Loop } from "./react-v2-machine.ts";

/** A state machine of xstate 5, for Stately's tools and for drawings. */
export interface AgentMachine {
  readonly id: string;
  /** Its states and what leads from one to another, as they were written. */
  readonly config: object;
}

/** What an inspector is told, by its type: `@xstate.actor`, `@xstate.event`, `@xstate.microstep`, `@xstate.snapshot`. */
export interface AgentStep {
  readonly type: string;
  readonly actorRef: { readonly sessionId: string };
}

/** Whoever looks at an agent's loop: a function, or what `createBrowserInspector().inspect` of `@statelyai/inspect` is. */
export type AgentInspector = InspectorFunction["inspect"] | { next?(step: AgentStep): void };
interface InspectorFunction {
  // A method: a function that takes xstate's own, narrower type of step is as welcome.
  inspect(step: AgentStep): void;
}

/** The loop of `react`: `deciding` and `acting` in turn, then `extracting`, then `done`. */
export const reactMachine: AgentMachine = reactLoop;
/** The loop of `reactV2`: `asking` and `calling` in turn, `forcing` where the model does not submit, then `done`. */
export const reactV2Machine: AgentMachine = reactV2Loop;

/** An inspector as xstate takes it. */
export function inspection(inspect: AgentInspector | undefined): { readonly inspect?: (step: unknown) => void } {
  // A function or an observer, of xstate's steps, which `AgentStep` is a part of.
  return inspect === undefined ? {} : { inspect: inspect as (step: unknown) => void };
}
