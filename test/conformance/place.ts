// What a worker of a scenario is to itself while it does something: its state, its world, how it writes down what it hears.
// Must not know what can be done.
import type {
  AnyBehaviour,
  CallResult,
  ExitReason,
  From,
  HandlerResult,
  Ignore,
  MaybePromise,
  Monitor,
  NextOptions,
  PendingSend,
  Self,
} from "../../runtime/index.ts";
import type { ActorSpec, Op } from "./scenario.ts";
import type { World } from "./world.ts";

/** What a worker keeps; changed in place, as only its own handlers see it. */
export interface WorkerState {
  value: unknown;
  readonly monitors: Map<string, Monitor[]>;
  kept: From<unknown> | undefined;
  timer: PendingSend | undefined;
}

/** What came of it, before it is put into the kernel's words. */
export type Outcome =
  | { readonly type: "value"; readonly value: unknown }
  | { readonly type: "silent" }
  | { readonly type: "stop"; readonly reason: ExitReason; readonly answer?: unknown }
  | { readonly type: "next"; readonly following: NextOptions }
  | { readonly type: "rubbish" };

/** Any worker, as others talk to it. */
export interface TalkedTo extends AnyBehaviour {
  readonly init: (args: undefined, self: Self) => MaybePromise<HandlerResult<WorkerState> | Ignore>;
  readonly handleCall: {
    readonly do: (state: WorkerState, op: Op, self: Self) => MaybePromise<CallResult<unknown, WorkerState>>;
  };
  readonly handleCast: { readonly do: (state: WorkerState, op: Op, self: Self) => unknown };
}

/** In whose place something is done. */
export interface Place {
  readonly world: World;
  readonly self: Self;
  readonly state: WorkerState;
  /** Writes down what the worker hears. */
  readonly hears: (text: string) => void;
  readonly workerOf: (spec: ActorSpec) => TalkedTo;
}
