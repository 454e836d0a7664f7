// Admission against a server with a limit it is not told, and against one without limits: `node bench/admission.ts [--json]`.
// Knows nothing of programs: it measures the pool alone.
import { Admission, LmPool, openaiCompatible } from "../lm/index.ts";
import { startOpenaiServerChild } from "../test/support/openai-server-child.ts";
import { bareClient, benchRequest, runWorkers } from "./support/lm-load.ts";
import { type BenchRow, printRows, ratioRow } from "./support/rows.ts";

const CALLS = 200;
const EXAMPLES = 2000;
const WINDOW = 64;

printRows([...(await limitedServer()), await unlimitedServer()]);

/** 20 requests in any 1,000 ms, 429 with Retry-After: 1 otherwise; 200 calls at once. */
async function limitedServer(): Promise<readonly BenchRow[]> {
  const server = await startOpenaiServerChild({ limit: { requests: 20, windowMs: 1000, retryAfterSeconds: 1 } });
  const pool = new LmPool({ provider: openaiCompatible({ baseUrl: server.baseUrl, model: "m" }), ownsProvider: true });
  const startedAt = performance.now();
  const calls = Array.from({ length: CALLS }, (_, index) => pool.complete({ request: benchRequest(index) }));
  const answers = (await Promise.allSettled(calls)).filter((call) => call.status === "fulfilled").length;
  const seconds = (performance.now() - startedAt) / 1000;
  const { requests } = await server.counts();
  pool.close();
  await server.close();
  return [
    {
      name: "admission: answers to 200 calls, limit 20/s not told",
      ours: answers,
      against: CALLS,
      ratio: answers / CALLS,
      target: "= 200",
      ok: answers === CALLS,
    },
    {
      name: "admission: requests for 200 answers",
      ours: requests,
      against: CALLS,
      ratio: requests / CALLS,
      target: "≤ 230 requests",
      ok: requests <= 230,
    },
    // The ideal: twenty at once and then twenty per second.
    {
      name: "admission: seconds for 200 answers",
      ours: seconds,
      against: 9,
      ratio: seconds / 9,
      target: "≤ 12 s",
      ok: seconds <= 12,
    },
  ];
}

/** 2,000 calls by 64 workers over 50 ms of latency, in turns with a bare client. */
async function unlimitedServer(): Promise<BenchRow> {
  const server = await startOpenaiServerChild({ latencyMs: 50 });
  const bare = bareClient(server.baseUrl);
  const provider = openaiCompatible({ baseUrl: server.baseUrl, model: "m" });
  const admission = new Admission({ startConcurrency: WINDOW });
  const pool = new LmPool({ provider, admission, ownsProvider: true });
  let asked = 0;
  const timed = async (work: (index: number) => Promise<unknown>) => {
    const startedAt = performance.now();
    await runWorkers(EXAMPLES, WINDOW, work);
    return performance.now() - startedAt;
  };
  const ours: number[] = [];
  const theirs: number[] = [];
  await runWorkers(WINDOW * 4, WINDOW, () => bare.ask(benchRequest(asked++)));
  await runWorkers(WINDOW * 4, WINDOW, () => pool.complete({ request: benchRequest(asked++) }));
  for (let round = 0; round < 3; round++) {
    theirs.push(await timed(() => bare.ask(benchRequest(asked++))));
    ours.push(await timed(() => pool.complete({ request: benchRequest(asked++) })));
  }
  pool.close();
  await bare.close();
  await server.close();
  // The best of each: what other programs on the machine add falls on either by chance.
  return ratioRow("pool: ms for 2,000 calls, 64 at once, 50 ms latency", Math.min(...ours), Math.min(...theirs), 1.02);
}
