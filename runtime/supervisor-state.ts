// A static supervisor's state and the changes made to it, each as a changed copy. Pure.
// Knows nothing of how children are started or stopped.
import { type Child, movedOn } from "./supervisor-table.ts";

/** What a static supervisor keeps between messages. */
export interface SupervisorState {
  /** In start order. */
  readonly children: readonly Child[];
  readonly restarts: readonly number[];
}

/** The child of this id. */
export function find(state: SupervisorState, childId: string): Child | undefined {
  return state.children.find(({ spec }) => spec.id === childId);
}

/** The state with one child changed. */
export function withChild(state: SupervisorState, changed: Child): SupervisorState {
  return { ...state, children: state.children.map((child) => (child.spec.id === changed.spec.id ? changed : child)) };
}

/** The state without these children. */
export function without(state: SupervisorState, ids: readonly string[]): SupervisorState {
  return { ...state, children: state.children.filter(({ spec }) => !ids.includes(spec.id)) };
}

/** The state in which nobody is about to be started: those that an attempt did not reach are stopped. */
export function settleReadied(state: SupervisorState): SupervisorState {
  return {
    ...state,
    children: state.children.map((child) => (child.status === "starting" ? movedOn(child, "refused") : child)),
  };
}
