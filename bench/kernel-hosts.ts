// Hosts beside what a bare thread can do: `node bench/kernel-hosts.ts [--json]`, on the built package; part of `npm run bench:kernel`.
// Knows nothing of Erlang.
import { Worker } from "node:worker_threads";
import type * as Runtime from "../runtime/index.ts";
import type { KernelRow } from "./kernel/report.ts";
import { toTable } from "./kernel/report.ts";
import { isRate } from "./kernel/rows.ts";
import { alternate } from "./support/rounds.ts";
import { median } from "./support/rows.ts";

// The built package has the very doors of the sources.
const runtime: typeof Runtime = await import(new URL("../dist/runtime/index.js", import.meta.url).href);
const { child, createSystem, hostedModule, supervisor, threadHosts } = runtime;
const { echo } = hostedModule<typeof import("./hosts/actors.ts")>(new URL("./hosts/actors.ts", import.meta.url));

const ROUNDS = { warmUps: 3, rounds: 11 };
const CALLS = 2000;
const IN_FLIGHT = 256;
const BATCH = 64;
const MANY_CALLS = 100_000;
const HEARTBEAT_MS = 10;
const ACTORS = 1000;
const SUPERVISORS = 20;
const LIMIT = 400_000;
/** Where the machine is so busy that hosts are lost again and again, supervisors give up, and nobody serves any more. */
const ROUND_LIMIT_MS = 5000;
const host = "threads";

/** About 200 bytes, another object for each message: the platform writes a repeated one only once. */
const message = (n: number) => ({
  id: n,
  user: `user-${n}`,
  tags: ["a", "b", "c"],
  text: "x".repeat(100),
  done: false,
});

const rows: KernelRow[] = [];
for (const measure of [oneAtATime, manyInFlight, ready, stuck, twoHosts]) {
  for (const measured of [await measure()].flat()) {
    rows.push(measured);
    process.stderr.write(`${measured.name}: ${measured.ours?.toPrecision(3)} ${measured.unit}\n`);
  }
}
if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
else process.stdout.write(toTable({ node: process.versions.node }, rows));
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1;

/** `ratio`: how many times better ours is; a target in words, because most are limits on how much worse it may be. */
function row(
  name: string,
  unit: KernelRow["unit"],
  ours: number,
  against: number | null,
  ratio: number | null,
  held: { readonly target: string | null; readonly ok: boolean; readonly stretch?: number },
): KernelRow {
  const { target, ok, stretch } = held;
  const isStretched = stretch === undefined ? null : isRate(unit) ? ours >= stretch : ours <= stretch;
  return { name, unit, ours, against, whose: "bare worker", ratio, target, stretch: stretch ?? null, isStretched, ok };
}

async function bareWorker(): Promise<Worker> {
  const worker = new Worker(new URL("./hosts/bare-worker.mjs", import.meta.url));
  await new Promise((resolve) => worker.once("message", resolve));
  return worker;
}

async function newSystem(size: number) {
  const system = createSystem({ name: "bench" });
  await system.spawn(threadHosts({ size, spares: 0, heartbeatMs: 1000 }), undefined, { name: host });
  return system;
}

async function oneAtATime(): Promise<KernelRow> {
  const system = await newSystem(1);
  const ref = await system.spawn(echo, undefined, { host });
  const worker = await bareWorker();
  const ours = async () => {
    const started = performance.now();
    for (let n = 0; n < CALLS; n++) await ref.call("say", message(n));
    return ((performance.now() - started) * 1000) / CALLS;
  };
  const against = () =>
    new Promise<number>((resolve) => {
      const started = performance.now();
      let n = 0;
      const answered = (): void => {
        if (++n < CALLS) {
          worker.postMessage(message(n));
          return;
        }
        worker.off("message", answered);
        resolve(((performance.now() - started) * 1000) / CALLS);
      };
      worker.on("message", answered);
      worker.postMessage(message(n));
    });
  const pairs = await alternate({ ours, against, ...ROUNDS });
  await Promise.all([system.stop(), worker.terminate()]);
  const times = median(pairs.map((pair) => pair.ours / pair.against));
  return row(
    "cross-thread call, one at a time",
    "µs",
    median(pairs.map((pair) => pair.ours)),
    median(pairs.map((pair) => pair.against)),
    1 / times,
    { target: "≤ 1.6 × the time", ok: times <= 1.6, stretch: 11 },
  );
}

async function manyInFlight(): Promise<KernelRow> {
  const system = await newSystem(1);
  const ref = await system.spawn(echo, undefined, { host });
  const worker = await bareWorker();
  /** Thousands a second. */
  const perSecond = (started: number) => MANY_CALLS / (performance.now() - started);
  const ours = async () => {
    const started = performance.now();
    let next = 0;
    const caller = async () => {
      while (next < MANY_CALLS) await ref.call("say", message(next++));
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
    return perSecond(started);
  };
  const against = () =>
    new Promise<number>((resolve) => {
      const started = performance.now();
      let [sent, answered] = [0, 0];
      const post = (): void => {
        if (sent >= MANY_CALLS) return;
        worker.postMessage(Array.from({ length: BATCH }, (_, at) => message(sent + at)));
        sent += BATCH;
      };
      const take = (batch: readonly unknown[]): void => {
        answered += batch.length;
        post();
        if (answered < MANY_CALLS) return;
        worker.off("message", take);
        resolve(perSecond(started));
      };
      worker.on("message", take);
      for (let at = 0; at < IN_FLIGHT / BATCH; at++) post();
    });
  const pairs = await alternate({ ours, against, ...ROUNDS });
  await Promise.all([system.stop(), worker.terminate()]);
  const share = median(pairs.map((pair) => pair.ours / pair.against));
  return row(
    "cross-thread calls, 256 in flight",
    "k/s",
    median(pairs.map((pair) => pair.ours)),
    median(pairs.map((pair) => pair.against)),
    share,
    { target: "≥ 50 % of batches of 64", ok: share >= 0.5, stretch: 600 },
  );
}

async function ready(): Promise<KernelRow> {
  const against = async () => {
    const started = performance.now();
    const worker = await bareWorker();
    const took = performance.now() - started;
    await worker.terminate();
    return took;
  };
  const ours = async () => {
    const system = await newSystem(1);
    const started = performance.now();
    const up = new Promise<number>((resolve) => {
      system.bus.on("runtime.host.started", () => resolve(performance.now() - started));
    });
    const spawned = system.spawn(echo, undefined, { host });
    const took = await up;
    await spawned;
    await system.stop();
    return took;
  };
  const pairs = await alternate({ ours, against, ...ROUNDS });
  const times = median(pairs.map((pair) => pair.ours / pair.against));
  return row(
    "host ready",
    "ms",
    median(pairs.map((pair) => pair.ours)),
    median(pairs.map((pair) => pair.against)),
    1 / times,
    { target: "≤ 2 × the time", ok: times <= 2, stretch: 10 },
  );
}

async function stuck(): Promise<readonly KernelRow[]> {
  // Nobody awaits what is looked at here, so nothing else keeps the process running.
  const kept = setInterval(() => undefined, 1000);
  const detected: number[] = [];
  const served: number[] = [];
  // Where the machine is busy, a thread may not get its turn for three times 10 ms: such a round says nothing.
  for (let tries = 0; detected.length < 9 && tries < 30; tries++) {
    try {
      const { detectedMs, servedMs } = await stuckRound();
      detected.push(detectedMs);
      served.push(servedMs);
    } catch (error) {
      process.stderr.write(`a round was given up: ${String(error).slice(0, 200)}\n`);
    }
  }
  clearInterval(kept);
  const limit = 3 * HEARTBEAT_MS + 10;
  return [
    row("stuck host detected, a sign of life every 10 ms", "ms", median(detected), null, null, {
      target: `≤ ${limit} ms`,
      ok: median(detected) <= limit,
    }),
    row("1,000 actors serving again on the spare", "ms", median(served), null, null, {
      target: null,
      ok: true,
      stretch: 10,
    }),
  ];
}

/** One host with a thousand actors, until one of them loops and all serve again. */
async function stuckRound(): Promise<{ readonly detectedMs: number; readonly servedMs: number }> {
  await using system = createSystem({ name: "bench" });
  const limit = limitOf(ROUND_LIMIT_MS);
  const hosts = await system.spawn(threadHosts({ spares: 1, heartbeatMs: HEARTBEAT_MS }), undefined, { name: host });
  const each = ACTORS / SUPERVISORS;
  for (let top = 0; top < SUPERVISORS; top++) {
    const children = Array.from({ length: each }, (_, at) => {
      const name = `actor-${top * each + at}`;
      return child(name, echo, undefined, { host, name });
    });
    await system.spawn(supervisor({ strategy: "one_for_one", intensity: each, periodMs: 60_000, children }));
  }
  while (!(await hosts.call("hosts")).some(({ role, status }) => role === "spare" && status === "ready")) {
    await Promise.race([limit, new Promise((resolve) => setTimeout(resolve, 10))]);
  }
  // The spare has its modules by then.
  await new Promise((resolve) => setTimeout(resolve, 300));
  let lostAt = 0;
  const restarted = new Promise<void>((resolve) => {
    let count = 0;
    system.bus.on("runtime.child.restarted", () => {
      if (++count === ACTORS) resolve();
    });
  });
  system.bus.on("runtime.host.lost", () => {
    lostAt = performance.now();
  });
  const refs = Array.from({ length: ACTORS }, (_, at) => system.named<typeof echo>(`actor-${at}`));
  refs[0]?.cast("loop");
  const stuckAt = performance.now();
  await Promise.race([limit, restarted]);
  await Promise.all(refs.map((ref) => ref.call("say", 1)));
  const servedMs = performance.now() - lostAt;
  return { detectedMs: lostAt - stuckAt, servedMs };
}

/** Rejects once the time is up; heard where it is raced. */
function limitOf(ms: number): Promise<never> {
  const limit = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`not over within ${ms} ms`)), ms).unref();
  });
  limit.catch(() => undefined);
  return limit;
}

async function twoHosts(): Promise<KernelRow> {
  const system = await newSystem(2);
  const refs = [await system.spawn(echo, undefined, { host }), await system.spawn(echo, undefined, { host })];
  const workers = [await bareWorker(), await bareWorker()];
  const ours = async () => {
    const started = performance.now();
    await Promise.all(refs.map((ref) => ref.call("compute", LIMIT, { timeoutMs: 60_000 })));
    return performance.now() - started;
  };
  const against = async () => {
    const started = performance.now();
    await Promise.all(
      workers.map((worker) => {
        worker.postMessage(LIMIT);
        return new Promise((resolve) => worker.once("message", resolve));
      }),
    );
    return performance.now() - started;
  };
  const pairs = await alternate({ ours, against, ...ROUNDS });
  await Promise.all([system.stop(), ...workers.map((worker) => worker.terminate())]);
  const share = median(pairs.map((pair) => pair.against / pair.ours));
  return row(
    "two hosts computing",
    "ms",
    median(pairs.map((pair) => pair.ours)),
    median(pairs.map((pair) => pair.against)),
    share,
    { target: "≥ 0.95 × two bare workers", ok: share >= 0.95 },
  );
}
