// What a worker can be told to do, in a call, a cast or on a message; the twin of `act` in conformance_actor.erl.
// Must not know how the outcome is handed back to the kernel.
import {
  type ActorRef,
  type AnyActorRef,
  exit,
  isBaseError,
  type MaybePromise,
  type Monitor,
  type ViaKey,
} from "../../runtime/index.ts";
import type { Outcome, Place, TalkedTo, WorkerState } from "./place.ts";
import { registryAct } from "./registry-acts.ts";
import type { ActorSpec, Op } from "./scenario.ts";
import { taskAct } from "./task-acts.ts";
import { toReason, wordsOfError } from "./words.ts";
import type { World } from "./world.ts";

/** Never settles. */
export const NEVER = new Promise<never>(() => {});
const DONE: Outcome = { type: "value", value: "ok" };

/** Goes on with a value, at once where it is there. */
export function whenThere<Value, Result>(
  value: MaybePromise<Value>,
  use: (value: Value) => Result,
): MaybePromise<Awaited<Result>> | Result {
  return value instanceof Promise ? (value.then(use) as Promise<Awaited<Result>>) : use(value);
}

/** The options a spec of one's own is started with. */
export function startOptionsOf(
  world: World,
  { name, initTimeout, via }: ActorSpec,
): {
  readonly name?: string;
  readonly via?: ViaKey;
  readonly initTimeoutMs?: number;
} {
  return {
    ...(name === undefined ? {} : { name }),
    ...(via === undefined ? {} : { via: world.registryOf(via[0]).via(via[1], undefined) }),
    ...(initTimeout === undefined ? {} : { initTimeoutMs: initTimeout }),
  };
}

/** Does one thing. @throws what the worker is told to throw */
export function act(place: Place, op: Op): MaybePromise<Outcome> {
  const { world, self, state, hears } = place;
  const [name, first, second, third] = op;
  const talkedTo = (): ActorRef<TalkedTo> => world.typedRefOf<TalkedTo>(first);
  const value = (given: unknown): Outcome => ({ type: "value", value: given });
  switch (name) {
    case "get":
      return value(state.value);
    case "put": {
      const old = state.value;
      state.value = first;
      return value(old);
    }
    case "add":
      state.value = Number(state.value) + Number(first);
      return value(state.value);
    case "mark":
      hears(`mark ${String(first)}`);
      return DONE;
    case "link":
      self.link(world.refOf(first));
      return DONE;
    case "unlink":
      self.unlink(world.refOf(first));
      return DONE;
    case "monitor":
      keep(state, String(first), self.monitor(world.refOf(first)));
      return DONE;
    case "monitor-name":
      keep(state, String(first), self.monitor(String(first)));
      return DONE;
    case "demonitor":
      for (const monitor of state.monitors.get(String(first)) ?? []) self.demonitor(monitor);
      state.monitors.delete(String(first));
      return DONE;
    case "alias":
      world.keepAlias(String(first), self.alias());
      return DONE;
    case "monitor-alias": {
      const monitor = self.monitor(world.refOf(first), { alias: second as "demonitor" | "reply" });
      if (monitor.alias === undefined) throw new Error("expected the alias of a monitor that was asked for one");
      world.keepAlias(String(third), monitor.alias);
      keep(state, String(first), monitor);
      return DONE;
    }
    case "unalias":
      return value(world.aliasOf(first).close());
    case "send-alias":
      world.aliasOf(first).send(second);
      return DONE;
    case "exit":
      return exit(toReason(first));
    case "raise":
      throw new Error(String(first));
    case "throw":
      throw first;
    case "stop":
      return { type: "stop", reason: toReason(first) };
    case "stop-reply":
      return { type: "stop", reason: toReason(first), answer: second };
    case "noreply":
      return { type: "silent" };
    case "defer":
      state.kept = self.from;
      return { type: "silent" };
    case "answer":
      state.kept?.reply(first);
      return DONE;
    case "bad-return":
      return { type: "rubbish" };
    case "hang":
      return NEVER;
    case "gate":
      return world.gate(self.ref).then(() => DONE);
    case "send":
      self.send(world.refOf(first), second);
      return DONE;
    case "send-name":
      return tried(() => self.send(String(first), second), "NAME_UNKNOWN");
    case "signal":
      self.sendExit(world.refOf(first), toReason(second));
      return DONE;
    case "cast":
      self.cast(talkedTo(), "do", second as Op);
      return DONE;
    case "call":
      return self.call(talkedTo(), "do", second as Op).then(value);
    case "call-caught":
      return self
        .call(talkedTo(), "do", second as Op, { timeoutMs: Number(third) })
        .then(value, (error: unknown) => value(wordsOfError(error)));
    case "register":
      return tried(() => self.register(String(first)), "NAME_TAKEN");
    case "where":
      return value(world.labelOf(self.system.whereis(String(first))));
    case "spawn":
      return started(
        world,
        self.spawn(place.workerOf(first as ActorSpec), undefined, startOptionsOf(world, first as ActorSpec)),
      );
    case "spawn-link":
      return started(
        world,
        self.spawnLink(place.workerOf(first as ActorSpec), undefined, startOptionsOf(world, first as ActorSpec)),
      );
    case "after":
      state.timer = self.sendAfter(Number(first), world.refOf(second), third);
      return DONE;
    case "cancel":
      state.timer?.cancel();
      return DONE;
    case "cancel-left":
      return value(state.timer?.cancel() !== undefined);
    case "continue":
      return { type: "next", following: { continueWith: first } };
    case "timeout":
      return { type: "next", following: { timeoutMs: Number(first) } };
    case "seq":
      return inTurn(place, first as readonly Op[]);
    default:
      return whenThere(registryAct(place, op) ?? taskAct(place, op), (words) => {
        if (words === undefined) throw new Error(`expected something a worker can do, found ${name}`);
        return value(words);
      });
  }
}

function keep(state: WorkerState, key: string, monitor: Monitor): void {
  state.monitors.set(key, [...(state.monitors.get(key) ?? []), monitor]);
}

function tried(attempt: () => void, code: string): Outcome {
  try {
    attempt();
    return DONE;
  } catch (error) {
    if (isBaseError(error, code)) return { type: "value", value: code.toLowerCase() };
    throw error;
  }
}

async function started(world: World, start: Promise<AnyActorRef>): Promise<Outcome> {
  try {
    return { type: "value", value: `ok ${world.labelOf(await start)}` };
  } catch (error) {
    return { type: "value", value: wordsOfError(error) };
  }
}

/** One after the other; only the last one's outcome counts. */
function inTurn(place: Place, ops: readonly Op[]): MaybePromise<Outcome> {
  let outcome: MaybePromise<Outcome> = DONE;
  for (const op of ops) {
    outcome = outcome instanceof Promise ? outcome.then(() => act(place, op)) : act(place, op);
  }
  return outcome;
}
