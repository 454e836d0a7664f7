// What every peer does with a round: one per line on standard input, its figure as a line on standard output.
// Must not know whose figure it is. Nanoseconds per operation, or bytes per actor.
import { createInterface } from "node:readline";

export const CALLS = 20_000;
export const CASTS = 100_000;
export const IDLE = 20_000;

/** Runs the task that was asked for, once per line. */
export async function serve(tasks) {
  const prepare = tasks[process.argv[2]];
  if (prepare === undefined)
    throw new Error(`expected one of ${Object.keys(tasks).join(", ")}, found ${process.argv[2]}`);
  const round = await prepare();
  for await (const _ of createInterface({ input: process.stdin })) {
    globalThis.gc();
    process.stdout.write(`${await round()}\n`);
  }
  process.exit(0);
}

export async function per(count, work) {
  const from = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - from) / count;
}

/** Bytes of each of `IDLE` actors that `make` makes. */
export async function bytesOf(make) {
  const before = heapBytes();
  const kept = [];
  for (let index = 0; index < IDLE; index++) kept.push(await make(index));
  await new Promise((resolve) => setTimeout(resolve, 20));
  const bytes = (heapBytes() - before) / IDLE;
  return { bytes, kept };
}

function heapBytes() {
  for (let times = 0; times < 4; times++) globalThis.gc();
  return process.memoryUsage().heapUsed;
}
