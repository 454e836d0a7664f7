// What is known of an xstate machine from outside, without a word of xstate's own types.
// Knows nothing of how machines run. Declarations that import xstate's do not compile under every user's options.

/** Any state machine of xstate 5, by what it can be recognised by. */
export interface AnyMachine {
  readonly id: string;
  transition(snapshot: never, event: never, scope: never): unknown;
  getInitialSnapshot(scope: never, input?: never): unknown;
}

/** A machine's snapshot: state value, context, status. */
export type SnapshotOf<M extends AnyMachine> = ReturnType<M["transition"]>;
/** The events that a machine takes. */
export type EventOfMachine<M extends AnyMachine> = Parameters<M["transition"]>[1];
/** What a machine hands out when it is done. */
export type OutputOf<M extends AnyMachine> = (SnapshotOf<M> & { readonly status: "done" })["output" &
  keyof SnapshotOf<M>];
// Foreign truth: every machine declares its input as optional here, and says nowhere else in its shape whether it is.
/** What a machine is started with. Always optional: a machine that cannot do without fails its start. */
export type InputOf<M extends AnyMachine> = Parameters<M["getInitialSnapshot"]>[1];

/** A machine's snapshot as plain JSON. */
export interface KeptSnapshot {
  readonly status: string;
  readonly [field: string]: unknown;
}

/** What an inspector is told, by its type: `@xstate.actor`, `@xstate.event`, `@xstate.microstep`, `@xstate.snapshot`. */
export interface InspectedStep {
  readonly type: string;
  /** The machine, or an actor that it has invoked or spawned. */
  readonly actorRef: { readonly sessionId: string };
}

/** Whoever looks at a machine: a function, or what `createBrowserInspector().inspect` of `@statelyai/inspect` is. */
export type MachineInspector = InspectorFunction["inspect"] | { next?(step: InspectedStep): void };
interface InspectorFunction {
  // A method: a function that takes xstate's own, narrower type of step is as welcome.
  inspect(step: InspectedStep): void;
}

/** A machine as it runs in an actor. */
export interface RunningMachine<M extends AnyMachine> {
  getSnapshot(): SnapshotOf<M>;
  getPersistedSnapshot(): KeptSnapshot;
  send(event: EventOfMachine<M>): void;
  stop(): unknown;
}
