// Any xstate machine as an actor's behaviour: supervised, restarted, persisted if asked, open to inspection.
// Knows nothing of what the machine does.
import { type AnyStateMachine, createActor } from "xstate";
import type { Clock } from "./base/index.ts";
import { defineActor, type HandlerResult, type MaybePromise } from "./define-actor.ts";
import { type CallResult, type From, noReply, reply, stop } from "./handler-result.ts";
import type {
  AnyMachine,
  EventOfMachine,
  InputOf,
  KeptSnapshot,
  MachineInspector,
  OutputOf,
  RunningMachine,
  SnapshotOf,
} from "./machine-shape.ts";
import type { Self } from "./self.ts";

/** How a machine lives as an actor. */
export interface FromMachineOptions {
  /** Named in crash reports. Default the machine's id. */
  readonly behaviourName?: string;
  /** Where its snapshot is kept, so that the next incarnation goes on from there. Default nowhere: each starts anew. */
  readonly persist?: SnapshotStore;
  /** Sees everything that happens in it, from its first state on: `createBrowserInspector().inspect` of `@statelyai/inspect` shows it in Stately's inspector. */
  readonly inspect?: MachineInspector;
}

/** Where snapshots are kept, as plain JSON. */
export interface SnapshotStore {
  /** The last one, or undefined where there is none. */
  load(self: Self): MaybePromise<KeptSnapshot | undefined>;
  /** An event is answered once its snapshot is saved. Where this fails the actor ends. */
  save(snapshot: KeptSnapshot, self: Self): MaybePromise<void>;
}

/** The machine as it runs in one incarnation. */
export interface MachineState<M extends AnyMachine> {
  readonly actor: RunningMachine<M>;
  /** An event of the actor's own is being handled: what it leads to is looked after at its end. */
  readonly turn: { isOn: boolean };
  readonly waiting: readonly From<OutputOf<M>>[];
}

/** The machine's message to its actor: it moved on by itself, for a timer or an invoked promise. */
class Moved {}

/**
 * Makes a behaviour of an xstate machine; the actor's arguments are the machine's input.
 *
 * `call("send", event)` answers with the snapshot after the event, `cast("send", event)` and any sent message with a `type` do not;
 * `call("snapshot")` reads it and `call("output")` waits for the machine's output. The actor ends `normal` when the machine is
 * done and fails with what the machine fails with. Delays run on the system's clock.
 * @example
 * const ref = await system.spawn(fromMachine(trafficLight), undefined, { name: "light" });
 * const snapshot = await ref.call("send", { type: "NEXT" });
 */
export function fromMachine<M extends AnyMachine>(machine: M, options: FromMachineOptions = {}) {
  const { behaviourName = machine.id, persist, inspect } = options;

  const settle = async (state: MachineState<M>, self: Self): Promise<HandlerResult<MachineState<M>>> => {
    state.turn.isOn = false;
    // What every snapshot is, whatever the machine: the compiler does not see it through a machine of unknown type.
    const snapshot = state.actor.getSnapshot() as MachineEnd<M>;
    if (snapshot.status === "error") throw snapshot.error;
    await persist?.save(state.actor.getPersistedSnapshot(), self);
    if (snapshot.status !== "done") return state;
    for (const from of state.waiting) from.reply(snapshot.output);
    return stop("normal", state);
  };
  const send = (state: MachineState<M>, event: EventOfMachine<M>, self: Self) => {
    state.turn.isOn = true;
    state.actor.send(event);
    return settle(state, self);
  };

  return defineActor({
    behaviourName,
    init: async (input: InputOf<M>, self): Promise<HandlerResult<MachineState<M>>> => {
      const snapshot = await persist?.load(self);
      const turn = { isOn: true };
      // `AnyMachine` is what a machine is recognised by; this is what it is.
      const actor = createActor(machine as unknown as AnyStateMachine, {
        input,
        clock: machineClock(self.system.clock),
        // What `save` was given, before it went through JSON.
        ...(snapshot === undefined ? {} : { snapshot: snapshot as unknown as RestoredSnapshot }),
        // A function or an observer, of xstate's steps, which `InspectedStep` is a part of.
        ...(inspect === undefined ? {} : { inspect: inspect as (step: unknown) => void }),
      });
      const moved = (): void => {
        if (!turn.isOn) self.send(self.ref, new Moved());
      };
      // With an observer of errors the machine's failure is this actor's, never the process's.
      actor.subscribe({ next: moved, error: moved, complete: moved });
      // On the signal, because a kill runs no terminate: timers and invoked work must end with the actor.
      self.signal.addEventListener("abort", () => actor.stop(), { once: true });
      actor.start();
      // The machine's own types, which were widened where it was made to run.
      return settle({ actor: actor as unknown as RunningMachine<M>, turn, waiting: [] }, self);
    },
    handleCall: {
      send: async (state, event: EventOfMachine<M>, self): Promise<CallResult<SnapshotOf<M>, MachineState<M>>> => {
        const from = self.replyTo<SnapshotOf<M>>();
        const after = await send(state, event, self);
        from.reply(state.actor.getSnapshot());
        return after === state ? noReply(state) : stop("normal", state);
      },
      snapshot: (state): CallResult<SnapshotOf<M>, MachineState<M>> => reply(state.actor.getSnapshot(), state),
      output: (state, _: void, self): CallResult<OutputOf<M>, MachineState<M>> =>
        noReply({ ...state, waiting: [...state.waiting, self.replyTo<OutputOf<M>>()] }),
    },
    handleCast: { send },
    handleInfo: (state, message, self): MaybePromise<HandlerResult<MachineState<M>>> => {
      if (message instanceof Moved) return settle(state, self);
      // Whatever has a type may be an event of the machine, which ignores those it does not know.
      return isEvent(message) ? send(state, message as EventOfMachine<M>, self) : state;
    },
  });
}

/** What is asked of every snapshot, whatever the machine. */
type MachineEnd<M extends AnyMachine> =
  | { readonly status: "active" | "stopped" }
  | { readonly status: "done"; readonly output: OutputOf<M> }
  | { readonly status: "error"; readonly error: unknown };

type RestoredSnapshot = NonNullable<NonNullable<Parameters<typeof createActor<AnyStateMachine>>[1]>["snapshot"]>;

function isEvent(message: unknown): message is { readonly type: string } {
  return typeof message === "object" && message !== null && "type" in message && typeof message.type === "string";
}

/** The system's clock in the form in which xstate takes one. */
function machineClock(clock: Clock) {
  return {
    setTimeout: (callback: () => void, delayMs: number) => clock.setTimer(delayMs, callback),
    clearTimeout: (timer: ReturnType<Clock["setTimer"]> | undefined) => timer?.cancel(),
  };
}
