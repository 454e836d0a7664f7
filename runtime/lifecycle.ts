// A lifecycle as a table: an xstate machine without context, read once and looked up from then on.
// Knows nothing of actors; the machine stays for pictures, inspection and tests.
import { type AnyStateMachine, initialTransition, transition } from "xstate";
import { BaseError } from "./base/index.ts";
import type { AnyMachine } from "./machine-shape.ts";

/** A machine's transitions as plain look-ups. */
export interface Lifecycle<State extends string, Event extends string> {
  readonly initial: State;
  readonly states: readonly State[];
  /** The state after the event. @throws LIFECYCLE_ILLEGAL where the machine ignores it: that is a defect of the kernel. */
  next(state: State, event: Event): State;
  /** Whether the machine reacts to the event in this state. */
  accepts(state: State, event: Event): boolean;
}

/**
 * Reads a flat machine without context, guards or actions into a table.
 *
 * A transition of the machine costs some microseconds, a look-up some nanoseconds, and there is no snapshot per actor.
 */
export function readLifecycle<State extends string, Event extends string>(flat: AnyMachine): Lifecycle<State, Event> {
  // Declared by its shape, so that what users import declares nothing of xstate's.
  const machine = flat as unknown as AnyStateMachine;
  const table = new Map<string, ReadonlyMap<string, State>>();
  const [first] = initialTransition(machine);
  const open = [first];
  for (let snapshot = open.pop(); snapshot !== undefined; snapshot = open.pop()) {
    const state = String(snapshot.value);
    if (table.has(state)) continue;
    const row = new Map<string, State>();
    table.set(state, row);
    for (const type of machine.events) {
      if (snapshot.status !== "active" || !snapshot.can({ type })) continue;
      const [after] = transition(machine, snapshot, { type });
      // The machine's own state names; it is flat, so its value is a string.
      row.set(type, after.value as State);
      open.push(after);
    }
  }
  const initial = first.value as State;
  return {
    initial,
    states: [...table.keys()] as State[],
    next(state, event) {
      const after = table.get(state)?.get(event);
      if (after === undefined) {
        throw new BaseError(
          "LIFECYCLE_ILLEGAL",
          `Expected an event that "${state}" reacts to, found "${event}". This is a defect of the kernel: report it.`,
          {
            details: { machine: machine.id, state, event },
          },
        );
      }
      return after;
    },
    accepts: (state, event) => table.get(state)?.has(event) ?? false,
  };
}
