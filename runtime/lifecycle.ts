// A lifecycle as a table: the chart of an xstate machine without context, read once and looked up from then on.
// Knows nothing of actors, nor of xstate: a host is not to load it for three small tables.
import { BaseError } from "./base/index.ts";

/** A flat statechart, as xstate's `createMachine` takes it: each state with the events that it reacts to. */
export interface LifecycleChart<State extends string, Event extends string> {
  readonly id: string;
  readonly initial: State;
  readonly states: {
    readonly [Name in State]:
      | { readonly on: { readonly [Type in Event]?: State } }
      | { readonly type: "final"; readonly on?: undefined };
  };
}

/** A chart's transitions as plain look-ups. */
export interface Lifecycle<State extends string, Event extends string> {
  readonly initial: State;
  readonly states: readonly State[];
  /** The state after the event. @throws LIFECYCLE_ILLEGAL where the state does not react to it: that is a defect of the kernel. */
  next(state: State, event: Event): State;
  /** Whether the state reacts to the event. */
  accepts(state: State, event: Event): boolean;
}

/**
 * Reads a chart into a table.
 *
 * A transition of the machine costs some microseconds, a look-up some nanoseconds, and there is no snapshot per actor.
 */
export function readLifecycle<State extends string, Event extends string>(
  chart: LifecycleChart<State, Event>,
): Lifecycle<State, Event> {
  const table = new Map<string, ReadonlyMap<string, State>>();
  for (const [state, { on = {} }] of Object.entries<LifecycleChart<State, Event>["states"][State]>(chart.states)) {
    // The type says so of each name; a list of entries forgets it.
    table.set(state, new Map(Object.entries<State>(on as Readonly<Record<string, State>>)));
  }
  return {
    initial: chart.initial,
    // The chart's own state names.
    states: [...table.keys()] as State[],
    next(state, event) {
      const after = table.get(state)?.get(event);
      if (after === undefined) {
        throw new BaseError(
          "LIFECYCLE_ILLEGAL",
          `Expected an event that "${state}" reacts to, found "${event}". This is a defect of the kernel: report it.`,
          {
            details: { machine: chart.id, state, event },
          },
        );
      }
      return after;
    },
    accepts: (state, event) => table.get(state)?.has(event) ?? false,
  };
}
