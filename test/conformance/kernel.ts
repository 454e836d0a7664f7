// Runs a scenario on our kernel; the twin of conformance.erl.
// Must not know what is expected.
import {
  type ActorRef,
  type AnyActorRef,
  BaseError,
  defineActor,
  isDown,
  isExit,
  reply,
  startOf,
} from "../../runtime/index.ts";
import { ask } from "./asks.ts";
import { partitionStep } from "./partition-acts.ts";
import type { TalkedTo } from "./place.ts";
import { registryStep } from "./registry-acts.ts";
import type { ActorSpec, Op, Scenario } from "./scenario.ts";
import { supervisorOf } from "./supervision.ts";
import { taskStep } from "./task-acts.ts";
import { toTrace } from "./trace.ts";
import { answered, toReason, wordsOfError, wordsOfReason } from "./words.ts";
import { workerOf } from "./worker.ts";
import { startOptionsOf } from "./worker-acts.ts";
import { createWorld, LabelUnknown, type World } from "./world.ts";

/** What happened when the scenario ran on our kernel. @throws where the scenario says what nobody can do */
export async function runOnKernel(scenario: Scenario): Promise<readonly string[]> {
  const world = createWorld();
  const owner = await world.system.spawn(ownerOf(world, scenario));
  const watcher = await world.system.spawn(watcherOf(world));
  const faults: unknown[] = [];
  for (const [at, step] of scenario.steps.entries()) {
    world.add("step", String(at + 1));
    const [name, first] = step;
    if (name === "wait") await world.clock.advance(Number(first));
    else {
      const ops = name === "do" ? (first as readonly Op[]) : [step];
      // Not awaited: a step that hangs is a step that has not answered yet.
      client(world, { owner, watcher, scenario }, `client ${at + 1}`, ops).catch((error: unknown) =>
        faults.push(error),
      );
    }
    await world.quiet();
    if (faults.length > 0) throw new Error(`scenario ${scenario.id}, step ${at + 1}`, { cause: faults[0] });
  }
  return toTrace(scenario, world.events);
}

type Owner = ReturnType<typeof ownerOf>;
type Watcher = ReturnType<typeof watcherOf>;

interface Crew {
  readonly scenario: Scenario;
  readonly owner: ActorRef<Owner>;
  readonly watcher: ActorRef<Watcher>;
}

/** Whose child the tree is. */
function ownerOf(world: World, { tree }: Scenario) {
  return defineActor({
    init: (_: void) => 0,
    handleCall: {
      start: async (state, _: void, self) => {
        try {
          if (tree === undefined) throw new Error("expected a tree in a scenario that starts it");
          const { behaviour, args } = startOf(supervisorOf(world, tree));
          await self.spawnLink(behaviour, args);
          return reply("ok", state);
        } catch (error) {
          return reply(wordsOfStart(error), state);
        }
      },
    },
    handleCast: {
      signal: (state, { label, reason }: { readonly label: unknown; readonly reason: unknown }, self) => {
        self.sendExit(world.refOf(label), toReason(reason));
        return state;
      },
    },
    handleInfo: (state, message) => {
      if (isExit(message)) {
        world.add("owner", `owner heard EXIT(${world.labelOf(message.from)},${wordsOfReason(message.reason)})`);
      }
      return state;
    },
    trapExit: true,
  });
}

/** An id given twice in the first children is no answer of a running supervisor: it has words of its own. */
function wordsOfStart(error: unknown): string {
  return error instanceof BaseError && error.code === "CHILD_ALREADY_PRESENT"
    ? `error duplicate(${String(error.details["childId"])})`
    : wordsOfError(error);
}

function watcherOf(world: World) {
  return defineActor({
    init: (_: void) => 0,
    handleCall: {
      watch: (state, ref: AnyActorRef, self) => {
        self.monitor(ref);
        return reply("ok", state);
      },
    },
    handleCast: {},
    handleInfo: (state, message) => {
      if (isDown(message)) world.add("watcher", `DOWN(${world.labelOf(message.ref)},${wordsOfReason(message.reason)})`);
      return state;
    },
  });
}

async function client(world: World, crew: Crew, observer: string, ops: readonly Op[]): Promise<void> {
  for (const op of ops) {
    try {
      const said = perform(world, crew, op);
      // What answers nothing is not awaited: the next op must come before anyone else has a turn.
      const text = said instanceof Promise ? await said : said;
      if (text !== undefined) world.add(observer, `=> ${text}`);
    } catch (error) {
      // A generated scenario may name one who was never started.
      if (!(error instanceof LabelUnknown)) throw error;
      world.add(observer, "=> nobody");
    }
  }
}

function perform(
  world: World,
  { owner, watcher, scenario }: Crew,
  op: Op,
): string | undefined | Promise<string | undefined> {
  const { system } = world;
  const [name, first, second, third] = op;
  const ref = (): AnyActorRef => world.refOf(first);
  const worker = (): ActorRef<TalkedTo> => world.typedRefOf<TalkedTo>(first);
  switch (name) {
    case "start":
      return owner.call("start", undefined, { timeoutMs: Number.POSITIVE_INFINITY });
    case "spawn": {
      const spec = first as ActorSpec;
      const start = system.spawn(workerOf(world, spec), undefined, startOptionsOf(world, spec));
      return answered(async () => `ok ${world.labelOf(await start)}`);
    }
    case "watch":
      return watcher.call("watch", ref()).then(() => undefined);
    case "kill":
      return ref().kill() as undefined;
    case "exit":
      return ref().exit(toReason(second)) as undefined;
    case "parent-exit":
      return owner.cast("signal", { label: first, reason: second }) as undefined;
    case "send":
      return ref().send(second) as undefined;
    case "release":
      return world.release(first) as undefined;
    case "cast":
      return worker().cast("do", second as Op) as undefined;
    case "call":
      return answered(async () =>
        String(await worker().call("do", second as Op, { timeoutMs: Number(third ?? 5000) })),
      );
    case "cast-name":
      return system.named<TalkedTo>(String(first)).cast("do", second as Op) as undefined;
    case "call-name":
      return answered(async () => String(await system.named<TalkedTo>(String(first)).call("do", second as Op)));
    case "send-name":
      return sentByName(world, String(first), second);
    case "stop": {
      const options = {
        reason: toReason(second ?? "normal"),
        timeoutMs: third === undefined ? Number.POSITIVE_INFINITY : Number(third),
      };
      return answered(async () => {
        await ref().stop(options);
        return "ok";
      });
    }
    case "stop-living":
      // A stop of one who is down is answered otherwise, on purpose.
      return ref().isAlive ? perform(world, { owner, watcher, scenario }, ["stop", first, second]) : "down";
    case "alive":
      return String(ref().isAlive);
    case "where":
      return world.labelOf(system.whereis(String(first)));
    default: {
      const said = registryStep(world, op) ?? taskStep(world, op) ?? partitionStep(world, op);
      return said === undefined ? ask(world, scenario, op) : said.text;
    }
  }
}

function sentByName(world: World, name: string, message: unknown): string | undefined {
  try {
    world.system.send(name, message);
    return undefined;
  } catch (error) {
    if (error instanceof BaseError && error.code === "NAME_UNKNOWN") return "name_unknown";
    throw error;
  }
}
