// Runs the soak: fills the tree, lets clients at it for as long as told, looks at the heap now and then, and counts what is left at the end.
// Knows nothing of what clients do.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Random } from "../../runtime/base/index.ts";
import { type ActorSystem, createSystem, type TreeNode } from "../../runtime/index.ts";
import { act, type ClientParts, type SoakFault } from "./client.ts";
import { Population } from "./population.ts";
import { Tally } from "./tally.ts";
import { type HeapSample, type HeapTrend, heapTrend } from "./trend.ts";

/** How long, how many, and what is to go wrong. */
export interface SoakOptions {
  /** Minutes of load. */
  readonly minutes: number;
  /** Default 100,000. */
  readonly actors?: number;
  /** Default one for a thousand actors. */
  readonly pools?: number;
  /** Threads that run one worker of fifty; one is emptied at each look, and every third time one is lost. Default 0. */
  readonly hosts?: number;
  /** Things done at the same time. Default 200. */
  readonly clients?: number;
  /** Looks at the heap, evenly over the time. Default 20. */
  readonly samples?: number;
  readonly seed?: number;
  readonly fault?: SoakFault;
  readonly onLine?: (line: string) => void;
}

/** What the soak found. */
export interface SoakReport {
  readonly seed: number;
  readonly actors: number;
  readonly hosts: number;
  readonly loadMs: number;
  readonly asked: number;
  readonly answered: number;
  readonly failed: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly acts: Readonly<Record<string, number>>;
  readonly actorsStarted: number;
  readonly restarts: number;
  readonly heap: HeapTrend;
  readonly residentBytes: number;
  /** Asked and neither answered nor failed. */
  readonly lostCalls: number;
  /** Alive under nobody, or after the system was stopped. */
  readonly orphans: number;
  readonly wrong: readonly string[];
  /** In words, each a reason to fail. */
  readonly violations: readonly string[];
}

/** Longer than anybody waits for an answer. */
const SETTLING_MS = 6000;

/** Runs the soak to its end. */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const { minutes, actors = 100_000, hosts = 0, clients = 200, seed = 1, fault, onLine = () => {} } = options;
  const { samples: looks = 20, pools = Math.max(2, Math.ceil(actors / 1000)) } = options;
  const collect = collector();
  const system = createSystem({ name: "soak" });
  const counts = { started: 0, restarts: 0 };
  system.bus.on("runtime.actor.started", () => counts.started++);
  system.bus.on("runtime.child.restarted", () => counts.restarts++);
  const population = new Population(system, { actors, pools, hosts });
  await population.start();
  await population.warm();
  onLine(`${system.actorCount} actors under ${pools} pools`);

  const tally = new Tally();
  const parts: ClientParts = { population, random: new Random(seed), tally, fault, leaked: [] };
  const samples: HeapSample[] = [];
  const startedMs = performance.now();
  const sliceMs = (minutes * 60_000) / looks;
  for (let slice = 0; slice < looks; slice++) {
    const loading = load(parts, clients, performance.now() + sliceMs);
    if (hosts > 0) await endHosts(population, slice);
    await loading;
    // The same population at every look, and as warm: else the heap would follow who happens to be alive, and for how long.
    await population.refill();
    await population.warm();
    await population.refill();
    samples.push({ atMs: performance.now() - startedMs, heapBytes: collect() });
    onLine(lineOf(samples, tally, system));
  }
  const loadMs = performance.now() - startedMs;

  await settled(tally);
  await population.refill();
  const lostCalls = tally.open;
  const strays = straysOf(system.tree());
  await system.stop();
  const orphans = strays + system.actorCount;
  const heap = heapTrend(samples);
  const { asked, answered, failed, wrong } = tally;
  return {
    seed,
    actors,
    hosts,
    loadMs,
    asked,
    answered,
    failed,
    failures: Object.fromEntries(tally.codes),
    acts: Object.fromEntries(tally.acts),
    actorsStarted: counts.started,
    restarts: counts.restarts,
    heap,
    residentBytes: process.memoryUsage.rss(),
    lostCalls,
    orphans,
    wrong,
    violations: violationsOf({ lostCalls, orphans, wrong, heap }),
  };
}

/** Clients that each do one thing after another until the time is over. */
async function load(parts: ClientParts, clients: number, untilMs: number): Promise<void> {
  const client = async (): Promise<void> => {
    while (performance.now() < untilMs) {
      await act(parts);
      // Casts and kills are not waited for; without a pause they would come faster than anybody handles them.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
}

/** Empties a host, and every third time loses one besides. */
async function endHosts(population: Population, slice: number): Promise<void> {
  await population.drainHost(slice);
  if (slice % 3 === 2) population.loseHost(slice * 1009);
}

/** Waits until everything that was asked has ended, or long enough. */
async function settled(tally: Tally): Promise<void> {
  const untilMs = performance.now() + SETTLING_MS;
  while (tally.open > 0 && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Who lives under nobody. */
function straysOf(tree: readonly TreeNode[]): number {
  return tree.filter(({ actorName }) => actorName !== "top").length;
}

function violationsOf({
  lostCalls,
  orphans,
  wrong,
  heap,
}: Pick<SoakReport, "lostCalls" | "orphans" | "wrong" | "heap">): readonly string[] {
  return [
    ...(lostCalls > 0 ? [`${lostCalls} calls were neither answered nor failed`] : []),
    ...(orphans > 0 ? [`${orphans} actors lived under nobody or outlived their system`] : []),
    ...(wrong.length > 0 ? [`${wrong.length} calls ended wrongly: ${wrong.slice(0, 3).join("; ")}`] : []),
    ...(heap.verdict === "growing" ? [`the heap grows by ${Math.round(heap.slopePerMinute / 1000)} kB a minute`] : []),
  ];
}

/** A full collection on request; answers the bytes that are left. */
function collector(): () => number {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void; // what that flag puts there
  return () => {
    gc();
    return process.memoryUsage().heapUsed;
  };
}

function lineOf(samples: readonly HeapSample[], tally: Tally, system: ActorSystem): string {
  const { atMs = 0, heapBytes = 0 } = samples.at(-1) ?? {};
  return `${(atMs / 1000).toFixed(0)} s: ${system.actorCount} actors, ${tally.asked} asked, ${tally.failed} failed, ${tally.open} open, heap ${(heapBytes / 1e6).toFixed(1)} MB`;
}
