// Two workers against one, at work that no other thread of their process can do meanwhile.
// Knows nothing of the transport.
import type { Worker } from "../../bridge/index.ts";
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
 * second computes, and is held against two bare processes that compute the same: what two of them gain is the machine's to say.
 */
export async function twoWorkersRows(python: string, workers: readonly [Worker, Worker]): Promise<readonly BenchRow[]> {
  const [first] = workers;
  const holding = await alternate({
    warmUps: 1,
    rounds: 5,
    ours: () => spread(workers, 200, "hold", { ms: HOLD_MS }),
    against: () => spread([first], 200, "hold", { ms: HOLD_MS }),
  });
  const processes = await Promise.all([openBareProcess(python, "spin", SPIN), openBareProcess(python, "spin", SPIN)]);
  const [alone] = processes;
  const gains: Pair[] = [];
  for (let round = 0; round < 5; round++) {
    const ours = (await spread(workers, 80, "spin", { n: SPIN })) / (await spread([first], 80, "spin", { n: SPIN }));
    const one = await alone.run(80);
    const each = await Promise.all(processes.map((process) => process.run(40)));
    gains.push({ ours, against: Math.max(...each) / 2 / one });
  }
  for (const process of processes) process.close();
  return [
    pairedRow("bridge: work that holds the interpreter, two workers, µs, against one", holding, 1 / 1.7),
    pairedRow("bridge: work that computes, time of two workers over one, against that of two bare processes", gains),
  ];
}

/** Microseconds per call, each worker asked in turn. */
function spread(workers: readonly Worker[], times: number, handler: string, input: unknown): Promise<number> {
  let next = 0;
  return microsPer(times, IN_FLIGHT, async () => {
    const worker = workers[next++ % workers.length];
    await worker?.connection.start(handler, input).result;
  });
}
