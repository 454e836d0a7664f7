// Two workers against one, at work that no other thread of their process can do meanwhile.
// Knows nothing of the transport.
import { type Worker, type WorkerOptions, WorkerPool } from "../../bridge/index.ts";
import { systemClock } from "../../runtime/base/index.ts";
import { alternate, type Pair } from "../support/rounds.ts";
import { type BenchRow, pairedRow } from "../support/rows.ts";
import { openBareProcess } from "./bare-process.ts";
import { microsPer } from "./micros.ts";

const IN_FLIGHT = 8;
/** Milliseconds in C code that keeps the interpreter. */
const HOLD_MS = 2;
/** Some milliseconds of sums in Python. */
const SPIN = 100_000;

/**
 * The rows.
 *
 * The first waits in C with the interpreter held: what is measured is that the second worker takes half of the calls, on however few cores. The
 * second computes, and is held against two bare processes that compute the same: what two of anything gain is the machine's to say.
 */
export async function twoWorkersRows(
  python: string,
  open: (options: Partial<WorkerOptions>) => Promise<Worker>,
): Promise<readonly BenchRow[]> {
  const poolOf = (size: number): WorkerPool =>
    new WorkerPool({ poolName: `of-${size}`, clock: systemClock, size, start: (hooks) => open(hooks) });
  const one = poolOf(1);
  const two = poolOf(2);
  const holding = await alternate({
    warmUps: 1,
    rounds: 5,
    ours: () => spread(two, 200, "hold", { ms: HOLD_MS }),
    against: () => spread(one, 200, "hold", { ms: HOLD_MS }),
  });
  const processes = await Promise.all([openBareProcess(python, "spin", SPIN), openBareProcess(python, "spin", SPIN)]);
  const [alone] = processes;
  const gains: Pair[] = [];
  for (let round = 0; round < 5; round++) {
    const ours = (await spread(two, 80, "spin", { n: SPIN })) / (await spread(one, 80, "spin", { n: SPIN }));
    const bare = await alone.run(80);
    const each = await Promise.all(processes.map((process) => process.run(40)));
    gains.push({ ours, against: Math.max(...each) / 2 / bare });
  }
  for (const process of processes) process.close();
  await Promise.all([one.close(), two.close()]);
  return [
    pairedRow("bridge: work that holds the interpreter, two workers, µs, against one", holding, 1 / 1.7),
    pairedRow(
      "bridge: work that computes, time of two workers over one, against that of two bare processes",
      gains,
      1.1,
    ),
  ];
}

/** Microseconds per call of a pool. */
function spread(pool: WorkerPool, times: number, handler: string, input: unknown): Promise<number> {
  return microsPer(times, IN_FLIGHT, () => pool.run(handler, input));
}
