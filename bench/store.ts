// What the record costs: example results through the recorder against bare LevelDB batches of the same size and bytes.
// Knows nothing of how the recorder batches.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Level } from "level";
import { defineRecorder } from "../actors/index.ts";
import { createSystem } from "../runtime/index.ts";
import { type ExampleResultRecord, levelStore, type RecordByKind } from "../stores/index.ts";
import { runWorkers } from "./support/lm-load.ts";
import { type BenchRow, printRows } from "./support/rows.ts";

const IN_FLIGHT = 64;
const COUNT = 64 * 25;
const ROUNDS = 120;
const TARGET = 0.5;

type Durability = "process" | "synced";

function exampleResult(round: number, index: number): ExampleResultRecord {
  return {
    kind: "example-result",
    version: 1,
    runId: `run_round${round}`,
    trialId: "main",
    exampleId: `ticket-${index}`,
    index,
    outcome: { status: "scored", scores: { exactMatch: index % 3 === 0 ? 0 : 1, length: 0.75 } },
    measures: { durationMs: 52.125, costUsd: 0.00012, lmCalls: 1, inputTokens: 412, outputTokens: 23 },
    prediction: {
      reasoning: `The customer asks about invoice ${index}, so billing it is.`,
      category: "billing",
      sure: 0.93,
    },
    startedAt: 1_700_000_000_000 + index,
    endedAt: 1_700_000_000_052 + index,
  };
}

/** Records per second by LevelDB itself: entries made beforehand, in batches as large as the recorder's. */
async function bareRate(
  db: Level<string, string>,
  round: number,
  count: number,
  size: number,
  durability: Durability,
): Promise<number> {
  const batches: { type: "put"; key: string; value: string }[][] = [];
  for (let start = 0; start < count; start += size) {
    batches.push(
      Array.from({ length: Math.min(size, count - start) }, (_, offset) => {
        const record = exampleResult(round, start + offset);
        const key = `example-result!${record.runId}!main!${record.exampleId}!`;
        return { type: "put" as const, key, value: JSON.stringify(record) };
      }),
    );
  }
  const startedAt = performance.now();
  for (const batch of batches) await db.batch(batch, { sync: durability === "synced" });
  return (count / (performance.now() - startedAt)) * 1000;
}

/** Records per second through the recorder: results made beforehand, as the entries of the bare side are. */
async function ourRate(
  record: (one: RecordByKind["example-result"]) => Promise<unknown>,
  round: number,
  count: number,
) {
  const results = Array.from({ length: count }, (_, index) => exampleResult(round, index));
  const startedAt = performance.now();
  await runWorkers(count, IN_FLIGHT, (index) => record(results[index] ?? exampleResult(round, index)));
  return (count / (performance.now() - startedAt)) * 1000;
}

async function measure(
  durability: Durability,
  count: number,
  target: number | undefined,
): Promise<readonly BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "dspex-bench-store-"));
  const store = levelStore({ folder: join(folder, "ours") });
  const db = new Level<string, string>(join(folder, "bare"));
  await Promise.all([store.open(), db.open()]);
  let batchCount = 0;
  let recordCount = 0;
  const stopCounting = store.observe((fact) => {
    if (fact.type !== "store.batch.written") return;
    batchCount++;
    recordCount += fact.measures.records;
  });
  const system = createSystem({ name: "bench" });
  const ref = await system.spawn(defineRecorder(), { store, durability });
  const record = (one: ExampleResultRecord) =>
    ref.call("record", { records: [one] }, { timeoutMs: Number.POSITIVE_INFINITY });
  const ours: number[] = [];
  const bare: number[] = [];
  // The first round of each warms up. Then they take turns in short rounds, so that both see the same machine.
  for (let round = 0; round <= ROUNDS; round++) {
    // Known after the warm-up, in which ours goes first.
    const size = round === 0 ? IN_FLIGHT : Math.round(recordCount / batchCount);
    const measureBare = () => bareRate(db, round, count, size, durability);
    const measureOurs = () => ourRate(record, round, count);
    // Each goes first every other time: whoever is second also sweeps up what the first has left in the heap.
    const isBareFirst = round % 2 === 1;
    const first = await (isBareFirst ? measureBare() : measureOurs());
    const second = await (isBareFirst ? measureOurs() : measureBare());
    const [bareRound, ourRound] = isBareFirst ? [first, second] : [second, first];
    if (round > 0) {
      bare.push(bareRound);
      ours.push(ourRound);
    }
    if (round === 0) stopCounting();
  }
  await system.stop();
  await Promise.all([store.close(), db.close()]);
  await rm(folder, { recursive: true, force: true });
  // A good round of each, not the middle one: what else the machine does only ever slows a round down.
  const [oursGood, bareGood] = [goodRound(ours), goodRound(bare)];
  const ratio = oursGood / bareGood;
  const perBatch = recordCount / batchCount;
  return [
    {
      name: `recording example results, ${IN_FLIGHT} in flight, ${durability} (records/s), against bare level batches`,
      ours: oursGood,
      against: bareGood,
      ratio,
      target: target === undefined ? null : `≥ ${target}`,
      ok: target === undefined || ratio >= target,
    },
    {
      name: `records per batch, ${IN_FLIGHT} in flight, ${durability}`,
      ours: perBatch,
      against: IN_FLIGHT,
      ratio: perBatch / IN_FLIGHT,
      target: null,
      ok: true,
    },
  ];
}

/** The rate that nine rounds in ten do not reach. */
function goodRound(rates: readonly number[]): number {
  return rates.toSorted((a, b) => b - a)[Math.floor(rates.length / 10)] ?? Number.NaN;
}

printRows([...(await measure("process", COUNT, TARGET)), ...(await measure("synced", COUNT / 5, undefined))]);
