// The worker of a scenario on our kernel: does as it is told and writes down what it hears; the twin of conformance_actor.erl.
// Must not know what is expected of it.
import {
  type CallResult,
  defineActor,
  exit,
  type HandlerResult,
  type Ignore,
  ignore,
  isDown,
  isExit,
  isTimeout,
  type MaybePromise,
  type Monitor,
  next,
  noReply,
  reply,
  type Self,
  stop,
  stopWithReply,
} from "../../runtime/index.ts";
import type { Outcome, TalkedTo, WorkerState } from "./place.ts";
import { wordsOfNotice } from "./registry-acts.ts";
import type { ActorSpec, Op } from "./scenario.ts";
import { toReason, wordsOfReason } from "./words.ts";
import { act, NEVER, whenThere } from "./worker-acts.ts";
import type { World } from "./world.ts";

/** Makes the worker that a spec describes. */
export function workerOf(world: World, spec: ActorSpec): TalkedTo {
  const { id } = spec;
  // Whose life it is stands behind: of two incarnations that end in one step each may be somebody else's child.
  const life = (self: Self, text: string): void => world.add(`life ${world.labelOf(self.ref)}`, text);
  const hears = (text: string): void => world.add(id, `${id} heard ${text}`);

  const first = (state: WorkerState): HandlerResult<WorkerState> => {
    if (spec.continue !== undefined) return next(state, { continueWith: ["mark", spec.continue] });
    return spec.timeout === undefined ? state : next(state, { timeoutMs: spec.timeout });
  };
  const begin = (mode: string, self: Self): MaybePromise<HandlerResult<WorkerState> | Ignore> => {
    switch (mode) {
      case "ok":
        life(self, `I(${id})`);
        return first({ value: spec.state ?? 0, monitors: new Map(), kept: undefined, timer: undefined });
      case "ignore":
        life(self, `G(${id})`);
        return ignore();
      case "hang":
        return NEVER;
      case "gate-ok":
      case "gate-fail":
      case "gate-ignore":
        return world.gate(self.ref).then(() => begin(mode.slice("gate-".length), self));
    }
    life(self, `F(${id})`);
    switch (mode) {
      case "fail":
        return stop(toReason("nope"));
      case "raise":
        throw new Error("nope");
      case "exit":
        return exit(toReason("nope"));
      case "normal":
      case "shutdown":
        return stop(mode);
      default:
        throw new Error(`expected a way to start, found ${mode}`);
    }
  };

  const doIn = (state: WorkerState, op: Op, self: Self) =>
    act({ world, self, state, hears, workerOf: (other) => workerOf(world, other) }, op);
  const toldOnly = (outcome: Outcome, state: WorkerState): HandlerResult<WorkerState> => {
    if (outcome.type === "next") return next(state, outcome.following);
    if (outcome.type === "rubbish")
      throw new Error("expected bad-return in a call: whatever a cast returns is a state");
    return outcome.type === "stop" ? stop(outcome.reason, state) : state;
  };

  return defineActor({
    behaviourName: id,
    init: (_: undefined, self) => {
      const count = world.begin(id, self.ref);
      return begin(spec.init?.[count - 1] ?? "ok", self);
    },
    handleCall: {
      do: (state: WorkerState, op: Op, self: Self) =>
        whenThere(doIn(state, op, self), (outcome): CallResult<unknown, WorkerState> => {
          switch (outcome.type) {
            case "value":
              return reply(outcome.value, state);
            case "silent":
              return noReply(state);
            case "stop":
              return "answer" in outcome
                ? stopWithReply(outcome.reason, outcome.answer, state)
                : stop(outcome.reason, state);
            case "next":
              return next(reply("ok", state), outcome.following);
            case "rubbish":
              // What no compiled handler can return: the scenario is about a program that got past the compiler.
              return undefined as never;
          }
        }),
    },
    handleCast: {
      do: (state: WorkerState, op: Op, self: Self) =>
        whenThere(doIn(state, op, self), (outcome) => toldOnly(outcome, state)),
    },
    // What a handler asked to continue with is an op, as everything is here.
    handleContinue: (state: WorkerState, op, self) =>
      whenThere(doIn(state, op as Op, self), (outcome) => toldOnly(outcome, state)),
    handleInfo: (state: WorkerState, message, self) => {
      if (isExit(message))
        hears(
          `EXIT(${message.from === undefined ? "nobody" : world.labelOf(message.from)},${wordsOfReason(message.reason)})`,
        );
      else if (isDown(message)) {
        const who = message.ref === undefined ? nameOf(state, message.monitor) : world.labelOf(message.ref);
        hears(`DOWN(${who},${wordsOfReason(message.reason)})${freed(spec, self, world)}`);
      } else hears(isTimeout(message) ? "timeout" : (wordsOfNotice(world, message) ?? String(message)));
      if (spec.onInfo === undefined) return state;
      return whenThere(doIn(state, spec.onInfo, self), (outcome) => toldOnly(outcome, state));
    },
    terminate: (reason, _state, self) => {
      life(self, `T(${id},${wordsOfReason(reason)})`);
      switch (spec.terminate ?? "ok") {
        case "ok":
          return undefined;
        case "hang":
          return NEVER;
        case "gate":
          return world.gate(self.ref);
        case "raise":
          throw new Error("broken");
        case "exit":
          return exit(toReason("broken"));
        case "clean":
          return exit("normal");
        default:
          throw new Error(`expected a way to terminate, found ${spec.terminate}`);
      }
    },
    trapExit: spec.trap ?? true,
  });
}

/** A monitor of a name that nobody had is known by that name. */
function nameOf(state: WorkerState, monitor: Monitor): string {
  return [...state.monitors].find(([, monitors]) => monitors.includes(monitor))?.[0] ?? "undefined";
}

function freed({ looksAt }: ActorSpec, self: Self, world: World): string {
  return looksAt === undefined ? "" : ` ${world.labelOf(self.system.whereis(looksAt))}`;
}
