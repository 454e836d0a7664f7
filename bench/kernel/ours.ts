// What our kernel takes for the work of a row of `npm run bench:kernel`: one round per line on standard input, its figure as a line on
// standard output. The twin of bench/erlang: same work, same counts.
// Must not know what it is compared with. Figures are nanoseconds per operation, or bytes per actor.
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import type * as Runtime from "../../runtime/index.ts";

const CALLS = 50_000;
const CASTS = 100_000;
const MANY = 1000;
const SWEEPS = 10;
const SPAWNS = 5000;
const IDLE = 100_000;
const MILLION = 1_000_000;
/** Trees per round, and kills per tree: a supervisor counts its restarts, so it must not live too long. */
const KILLS = { trees: 20, perTree: 100 };
const GROUP_KILLS = { trees: 5, perTree: 20 };
const SUBSCRIBERS = 1000;
const PUBLISHES = 500;

const [, , task = "", dist = join(import.meta.dirname, "..", "..", "dist")] = process.argv;
// The built package has the very doors of the sources.
const runtime: typeof Runtime = await import(pathToFileURL(join(dist, "runtime", "index.js")).href);
const { child, createRegistry, createSystem, defineActor, dynamicSupervisor, reply, startChild, supervisor } = runtime;

const counter = defineActor({
  init: (start: number) => start,
  handleCall: {
    add: (state, n: number) => reply(state + n, state + n),
    addLater: async (state, n: number) => reply(state + n, state + n),
  },
  handleCast: { add: (state, n: number) => state + n },
  handleInfo: (state, message) => (typeof message === "number" ? state + message : state),
});
type Counter = typeof counter;
type Round = () => Promise<number>;

const TASKS: Readonly<Record<string, () => Promise<Round>>> = {
  call: async () => {
    const ref = await createSystem().spawn(counter, 0);
    return () =>
      per(CALLS, async () => {
        for (let count = 0; count < CALLS; count++) await ref.call("add", 1);
      });
  },
  "call-async": async () => {
    const ref = await createSystem().spawn(counter, 0);
    return () =>
      per(CALLS, async () => {
        for (let count = 0; count < CALLS; count++) await ref.call("addLater", 1);
      });
  },
  cast: async () => {
    const ref = await createSystem().spawn(counter, 0);
    return () =>
      per(CASTS, async () => {
        for (let count = 0; count < CASTS; count++) ref.cast("add", 1);
        await ref.call("add", 0);
      });
  },
  "cast-1000": async () => {
    const refs = await manyOf(createSystem(), MANY);
    return () =>
      per(10 * SWEEPS * MANY, async () => {
        for (let burst = 0; burst < 10; burst++) {
          for (let sweep = 0; sweep < SWEEPS; sweep++) for (const ref of refs) ref.cast("add", 1);
          for (const ref of refs) await ref.call("add", 0);
        }
      });
  },
  spawn: async () => {
    const names = namesOf(SPAWNS);
    return async () => {
      const system = createSystem();
      const parent = await system.spawn(dynamicSupervisor());
      const took = await per(SPAWNS, async () => {
        for (const name of names) await startChild(parent, child(name, counter, 0, { name }));
      });
      await system.stop();
      return took;
    };
  },
  idle: async () => {
    const names = namesOf(IDLE);
    return () => idleBytes(names, async () => undefined);
  },
  "idle-called": async () => {
    const names = namesOf(IDLE);
    return () => idleBytes(names, (system, name) => system.named<Counter>(name).call("add", 1));
  },
  million: async () => {
    const names = namesOf(MILLION);
    return () => idleBytes(names, async () => undefined);
  },
  restart: async () => () => medianOfKills("one_for_one", ["w1"], KILLS, "w1", "w1"),
  "one-for-all": async () => {
    const names = namesOf(100);
    return () => medianOfKills("one_for_all", names, GROUP_KILLS, "w50", "w100");
  },
  publish: () => published((topics) => topics.publish("topic", 1)),
  dispatch: () =>
    published((topics) =>
      topics.dispatch("topic", (entries) => {
        for (const { ref } of entries) ref.send(1);
      }),
    ),
};

const prepare = TASKS[task];
if (prepare === undefined) throw new Error(`expected one of ${Object.keys(TASKS).join(", ")}, found ${task}`);
const round = await prepare();
for await (const _ of createInterface({ input: process.stdin })) {
  // Garbage is not collected between rounds: with all actors gone V8 forgets the shapes it has compiled for, and what a round leaves behind
  // is to be paid for in the rounds.
  process.stdout.write(`${await round()}\n`);
}
process.exit(0);

async function per(count: number, work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return ((performance.now() - from) * 1e6) / count;
}

function namesOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `w${index + 1}`);
}

function manyOf(system: Runtime.ActorSystem, count: number): Promise<readonly Runtime.ActorRef<Counter>[]> {
  return Promise.all(Array.from({ length: count }, () => system.spawn(counter, 0)));
}

async function published(publish: (topics: Runtime.Registry<string, undefined>) => void): Promise<Round> {
  const system = createSystem();
  const topics = createRegistry<string>(system, { keys: "duplicate" });
  const refs = await manyOf(system, SUBSCRIBERS);
  for (const ref of refs) topics.register("topic", ref, undefined);
  const last = refs.at(-1);
  return () =>
    per(PUBLISHES, async () => {
      for (let count = 0; count < PUBLISHES; count++) {
        publish(topics);
        // Handled by the last means handled by all: they take turns in the order of their messages.
        await last?.call("add", 0);
      }
    });
}

async function treeOf(strategy: "one_for_one" | "one_for_all", names: readonly string[]): Promise<Runtime.ActorSystem> {
  const system = createSystem();
  const children = names.map((name) => child(name, counter, 0, { name }));
  await system.spawn(supervisor({ strategy, intensity: 1_000_000, periodMs: 1000, children }));
  return system;
}

async function medianOfKills(
  strategy: "one_for_one" | "one_for_all",
  names: readonly string[],
  { trees, perTree }: { readonly trees: number; readonly perTree: number },
  victim: string,
  last: string,
): Promise<number> {
  const took: number[] = [];
  for (let tree = 0; tree < trees; tree++) {
    const system = await treeOf(strategy, names);
    for (let count = 0; count < perTree; count++) took.push(await restarted(system, victim, last));
    await system.stop();
  }
  return median(took);
}

/** From the kill to the answer of `last`, which is the last of them to come up again. */
async function restarted(system: Runtime.ActorSystem, victim: string, last: string): Promise<number> {
  const old = system.whereis(last);
  const killed = system.whereis(victim);
  const from = performance.now();
  killed?.kill();
  let found = system.whereis<Counter>(last);
  for (let looks = 1; found === undefined || found === old; looks++) {
    // Now and then by way of the event loop, which a supervisor may be waiting for.
    await (looks % 100 === 0 ? new Promise((resolve) => setImmediate(resolve)) : undefined);
    found = system.whereis<Counter>(last);
  }
  await found.call("add", 1);
  return (performance.now() - from) * 1e6;
}

async function idleBytes(
  names: readonly string[],
  touch: (system: Runtime.ActorSystem, name: string) => Promise<unknown>,
): Promise<number> {
  const system = createSystem();
  const parent = await system.spawn(dynamicSupervisor());
  const before = heapBytes();
  for (const name of names) await startChild(parent, child(name, counter, 0, { name }));
  for (const name of names) await touch(system, name);
  // A turn of the event loop: what is only waiting to be let go is let go.
  await new Promise((resolve) => setTimeout(resolve, 20));
  const bytes = (heapBytes() - before) / names.length;
  await system.stop();
  return bytes;
}

function heapBytes(): number {
  for (let times = 0; times < 4; times++) collectGarbage();
  return process.memoryUsage().heapUsed;
}

function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error("expected node --expose-gc");
  globalThis.gc();
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? Number.NaN;
}
