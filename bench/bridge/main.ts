// The Python bridge against a bare grpc-js stream and bare unary calls: `npm run bench:bridge [-- --json]`.
// Needs the environment of `npm run python:setup`. All figures are microseconds of wall time per piece of work.
import { join } from "node:path";
import { openWorker, type Worker, type WorkerOptions } from "../../bridge/index.ts";
import { systemClock } from "../../runtime/base/index.ts";
import { alternate } from "../support/rounds.ts";
import { median, pairedRow, printRows, ratioRow } from "../support/rows.ts";
import { openBare } from "./bare.ts";
import { openBareProcess } from "./bare-process.ts";
import { forkServerRows } from "./fork-server.ts";
import { microsPer } from "./micros.ts";
import { replayRow } from "./replay.ts";
import { twoWorkersRows } from "./two-workers.ts";

const PYTHON = join(".dspex", "python", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
// Many and short: what disturbs a machine for a moment disturbs few of them.
const ROUNDS = { warmUps: 2, rounds: 11 };
const ITEMS = 10_000;
const TEXT = "x".repeat(200);
const BYTES = Buffer.from(TEXT);

/** Bytes as they are: what is measured with them is the transport alone. */
const raw = {
  contentType: "application/octet-stream",
  encode: (value: unknown) => value as Buffer,
  decode: (bytes: Uint8Array) => bytes,
};

const shared = {
  python: PYTHON,
  runId: "bench",
  env: process.env,
  clock: systemClock,
  paths: [import.meta.dirname],
  modules: ["handlers"],
  protocols: [raw],
};
const open = (options: Partial<WorkerOptions> = {}): Promise<Worker> =>
  openWorker({ ...shared, dspy: false, ...options });

const worker = await open();
// The same envelope and codec, a batch for each frame.
const single = await open({ limits: { batchBytes: 1 } });
const dspy = await open({ dspy: true });
const bare = await openBare(PYTHON);

const echo = (at: Worker) => () => at.connection.start("echo", { text: TEXT }).result;
const batched = () => microsPer(4000, 64, echo(worker));
const alone = (work: () => Promise<unknown>) => () => microsPer(400, 1, work);
const streamed = (at: Worker) => async () => {
  const startedMs = performance.now();
  for await (const _ of at.connection.stream("count", { n: ITEMS, text: "x".repeat(100) }));
  return ((performance.now() - startedMs) * 1000) / ITEMS;
};
const answered = { completions: [{ text: "[[ ## answer ## ]]\n42\n\n[[ ## completed ## ]]" }], model: "m" };
const program = {
  spec: { name: "dspy.Predict", args: [{ signature: "question -> answer" }] },
  inputs: { question: "q" },
  lm: {},
};

const unbatchedPairs = await alternate({ ...ROUNDS, ours: batched, against: () => microsPer(2000, 64, echo(single)) });
const unaryPairs = await alternate({
  ...ROUNDS,
  ours: batched,
  against: () => microsPer(2000, 64, () => bare.unary(BYTES)),
});
const latencyPairs = await alternate({
  ...ROUNDS,
  ours: alone(echo(worker)),
  against: alone(() => bare.stream(BYTES)),
});
const itemPairs = await alternate({ ...ROUNDS, ours: streamed(worker), against: streamed(single) });
const callBackPairs = await alternate({
  ...ROUNDS,
  ours: async () =>
    Number(await worker.connection.start("call_back", { n: 2000, threads: 8 }, { serve: async () => answered }).result),
  against: () => microsPer(2000, 8, () => bare.stream(BYTES)),
});
const predictAlone = await openBareProcess(PYTHON, "predict", 64);
const predictPairs = await alternate({
  ...ROUNDS,
  ours: () =>
    microsPer(600, 64, () => dspy.connection.start("dspex.arun", program, { serve: async () => answered }).result),
  against: () => predictAlone.run(600),
});

const large = Buffer.alloc(50_000_000, "x");
const pings: number[] = [];
const largePairs = await alternate({
  ...ROUNDS,
  rounds: 7,
  ours: async () => {
    const startedMs = performance.now();
    const call = worker.connection.start("echo", large, { contentType: raw.contentType }).result;
    let status: "running" | "done" = "running";
    void call.finally(() => {
      status = "done";
    });
    while (status === "running") {
      const askedMs = performance.now();
      await echo(worker)();
      pings.push(performance.now() - askedMs);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await call;
    return (performance.now() - startedMs) * 1000;
  },
  against: () => microsPer(1, 1, () => bare.stream(large)),
});

const twoRows = await twoWorkersRows(PYTHON, open);

const memory = await new Promise<number>((resolve) => {
  void open({ onPulse: ({ rssBytes }) => resolve(rssBytes) }).then((other) =>
    setTimeout(() => void other.kill(), 3000),
  );
});
await Promise.all([worker.kill(), single.kill(), dspy.kill()]);
bare.close();
predictAlone.close();

const forkRows = await forkServerRows(shared);
const replayed = await replayRow(PYTHON);

printRows([
  pairedRow("bridge: 200 B call, 64 in flight, µs, against the same unbatched", unbatchedPairs, 1 / 3),
  pairedRow("bridge: 200 B call, 64 in flight, µs, against bare unary", unaryPairs, 1 / 4),
  pairedRow("bridge: 200 B call, one at a time, µs, against the bare stream", latencyPairs, 1.3),
  pairedRow("bridge: 50 MB there and back in chunks, µs, against one bare message", largePairs, 1 / 0.6),
  ratioRow("bridge: a small call beside 50 MB, ms, against 20 ms", median(pings), 20, 1),
  pairedRow("bridge: 100 B element of a stream, µs, against the same unbatched", itemPairs, 1 / 3),
  pairedRow("bridge: request to the host from 8 threads, µs, against the bare stream", callBackPairs, 1 / 0.6),
  pairedRow("bridge: async Predict, 64 in flight, µs, against the same alone", predictPairs, 1 / 0.7),
  ...twoRows,
  ratioRow("bridge: memory of a worker without DSPy, MB, against 100", memory / 1e6, 100),
  ...forkRows,
  replayed,
]);
process.exit();
