// What a message costs: calls and casts against bare function queues, measured in turn in one run: `node bench/kernel.ts [--json]`.
// Knows nothing of programs or LMs. Figures are millions of messages per second.
import { createSystem, defineActor, reply } from "../runtime/index.ts";
import { type BenchRow, printRows } from "./support/rows.ts";

const ROUNDS = 9;
const CALLS = 200_000;
const IN_FLIGHT = 1000;
const CASTS = 2_000_000;
const BURST = 100_000;

const counter = defineActor({
  init: (start: number) => start,
  handleCall: {
    add: (state, n: number) => reply(state + n, state + n),
    addLater: async (state, n: number) => reply(state + n, state + n),
  },
  handleCast: { add: (state, n: number) => state + n },
});

/** The least that answers in turn: functions in an array, drained in a microtask, a promise per answer. */
function functionQueue() {
  let state = 0;
  let queue: { readonly n: number; readonly resolve: ((value: number) => void) | undefined }[] = [];
  let isArmed = false;
  const drain = (): void => {
    isArmed = false;
    const batch = queue;
    queue = [];
    for (const { n, resolve } of batch) {
      state += n;
      resolve?.(state);
    }
  };
  const push = (n: number, resolve: ((value: number) => void) | undefined): void => {
    queue.push({ n, resolve });
    if (isArmed) return;
    isArmed = true;
    queueMicrotask(drain);
  };
  return {
    call: (n: number) => new Promise<number>((resolve) => push(n, resolve)),
    cast: (n: number) => push(n, undefined),
  };
}

const system = createSystem();
const ref = await system.spawn(counter, 0);
const bare = functionQueue();

const rows: readonly BenchRow[] = [
  await compare(
    "kernel: calls one at a time, M/s",
    () => oneAtATime(() => ref.call("add", 1)),
    () => oneAtATime(() => bare.call(1)),
  ),
  await compare(
    "kernel: calls 1000 in flight, M/s",
    () => inFlight(() => ref.call("add", 1)),
    () => inFlight(() => bare.call(1)),
  ),
  await compare(
    "kernel: calls of an async handler, M/s",
    () => oneAtATime(() => ref.call("addLater", 1)),
    () => oneAtATime(() => bare.call(1)),
  ),
  await compare(
    "kernel: casts in bursts of 100,000, M/s",
    () =>
      bursts(
        () => ref.cast("add", 1),
        () => ref.call("add", 0),
      ),
    () =>
      bursts(
        () => bare.cast(1),
        () => bare.call(0),
      ),
  ),
];
await system.stop();
printRows(rows);

/** Medians of rounds in turn, so that a busy moment of the machine hits both. */
async function compare(name: string, ours: () => Promise<number>, against: () => Promise<number>): Promise<BenchRow> {
  const figures = { ours: [] as number[], against: [] as number[] };
  for (let round = 0; round < ROUNDS + 2; round++) {
    const [one, other] = [await ours(), await against()];
    // The first rounds warm the compiler up.
    if (round < 2) continue;
    figures.ours.push(one);
    figures.against.push(other);
  }
  const [mine, theirs] = [median(figures.ours), median(figures.against)];
  return { name, ours: mine, against: theirs, ratio: mine / theirs, target: null, ok: true };
}

async function oneAtATime(call: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  for (let count = 0; count < CALLS; count++) await call();
  return perMicrosecond(CALLS, startedAt);
}

async function inFlight(call: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  for (let count = 0; count < CALLS; count += IN_FLIGHT) {
    await Promise.all(Array.from({ length: IN_FLIGHT }, call));
  }
  return perMicrosecond(CALLS, startedAt);
}

async function bursts(cast: () => void, settled: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  for (let count = 0; count < CASTS; count += BURST) {
    for (let one = 0; one < BURST; one++) cast();
    await settled();
  }
  return perMicrosecond(CASTS, startedAt);
}

function perMicrosecond(count: number, startedAt: number): number {
  return count / ((performance.now() - startedAt) * 1000);
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? Number.NaN;
}
