// Any xstate machine as an actor's behaviour: supervised, restarted, persisted if asked, open to inspection.
// Knows nothing of what the machine does.
import {
  type Actor,
  type AnyStateMachine,
  createActor,
  type EventFromLogic,
  type InputFrom,
  type InspectionEvent,
  type OutputFrom,
  type Snapshot,
  type SnapshotFrom,
} from "xstate";
import type { Clock } from "./base/index.ts";
import { defineActor, type HandlerResult, type MaybePromise } from "./define-actor.ts";
import { type CallResult, type From, noReply, reply, stop } from "./handler-result.ts";
import type { Self } from "./self.ts";

/** How a machine lives as an actor. */
export interface FromMachineOptions {
  /** Named in crash reports. Default the machine's id. */
  readonly behaviourName?: string;
  /** Where its snapshot is kept, so that the next incarnation goes on from there. Default nowhere: each starts anew. */
  readonly persist?: SnapshotStore;
  /** Sees everything that happens in it, from its first state on: what `createBrowserInspector().inspect` of `@statelyai/inspect` is. */
  readonly inspect?: (event: InspectionEvent) => void;
}

/** Where snapshots are kept, as plain JSON. */
export interface SnapshotStore {
  /** The last one, or undefined where there is none. */
  load(self: Self): MaybePromise<Snapshot<unknown> | undefined>;
  /** An event is answered once its snapshot is saved. Where this fails the actor ends. */
  save(snapshot: Snapshot<unknown>, self: Self): MaybePromise<void>;
}

/** The machine as it runs in one incarnation. */
export interface MachineState<M extends AnyStateMachine> {
  readonly actor: Actor<M>;
  /** An event of the actor's own is being handled: what it leads to is looked after at its end. */
  readonly turn: { isOn: boolean };
  readonly waiting: readonly From<OutputFrom<M>>[];
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
export function fromMachine<M extends AnyStateMachine>(machine: M, options: FromMachineOptions = {}) {
  const { behaviourName = machine.id, persist, inspect } = options;

  const settle = async (state: MachineState<M>, self: Self): Promise<HandlerResult<MachineState<M>>> => {
    state.turn.isOn = false;
    // What every snapshot is, whatever the machine: the compiler does not see it through a machine of unknown type.
    const snapshot = state.actor.getSnapshot() as Snapshot<OutputFrom<M>>;
    if (snapshot.status === "error") throw snapshot.error;
    await persist?.save(state.actor.getPersistedSnapshot(), self);
    if (snapshot.status !== "done") return state;
    for (const from of state.waiting) from.reply(snapshot.output);
    return stop("normal", state);
  };
  const send = (state: MachineState<M>, event: EventFromLogic<M>, self: Self) => {
    state.turn.isOn = true;
    state.actor.send(event);
    return settle(state, self);
  };

  return defineActor({
    behaviourName,
    init: async (input: InputFrom<M>, self): Promise<HandlerResult<MachineState<M>>> => {
      const snapshot = await persist?.load(self);
      const turn = { isOn: true };
      // A machine whose input is optional takes undefined for none.
      const actor: Actor<M> = createActor(machine, {
        input,
        clock: machineClock(self.system.clock),
        ...(snapshot === undefined ? {} : { snapshot }),
        ...(inspect === undefined ? {} : { inspect }),
      } as NonNullable<ConstructorParameters<typeof Actor<M>>[1]>);
      const moved = (): void => {
        if (!turn.isOn) self.send(self.ref, new Moved());
      };
      // With an observer of errors the machine's failure is this actor's, never the process's.
      actor.subscribe({ next: moved, error: moved, complete: moved });
      // On the signal, because a kill runs no terminate: timers and invoked work must end with the actor.
      self.signal.addEventListener("abort", () => actor.stop(), { once: true });
      actor.start();
      return settle({ actor, turn, waiting: [] }, self);
    },
    handleCall: {
      send: async (state, event: EventFromLogic<M>, self): Promise<CallResult<SnapshotFrom<M>, MachineState<M>>> => {
        const from = self.replyTo<SnapshotFrom<M>>();
        const after = await send(state, event, self);
        from.reply(state.actor.getSnapshot());
        return after === state ? noReply(state) : stop("normal", state);
      },
      snapshot: (state): CallResult<SnapshotFrom<M>, MachineState<M>> => reply(state.actor.getSnapshot(), state),
      output: (state, _: void, self): CallResult<OutputFrom<M>, MachineState<M>> =>
        noReply({ ...state, waiting: [...state.waiting, self.replyTo<OutputFrom<M>>()] }),
    },
    handleCast: { send },
    handleInfo: (state, message, self): MaybePromise<HandlerResult<MachineState<M>>> => {
      if (message instanceof Moved) return settle(state, self);
      // Whatever has a type may be an event of the machine, which ignores those it does not know.
      return isEvent(message) ? send(state, message as EventFromLogic<M>, self) : state;
    },
  });
}

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
