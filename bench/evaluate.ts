// Wall time of an evaluation against a bare loop of workers over the same latency: `node bench/evaluate.ts [--json]`.
// Knows nothing of CPU: what a call costs is measured in `bench/predict.ts`.
import { createRuntime, dataset, exactMatch, openaiCompatible, predict, signature } from "../index.ts";
import { startOpenaiServerChild } from "../test/support/openai-server-child.ts";
import { bareClient, benchRequest, runWorkers } from "./support/lm-load.ts";
import { alternate } from "./support/rounds.ts";
import { pairedRow, printRows } from "./support/rows.ts";

const EXAMPLES = 2000;
const WINDOW = 64;
const LATENCY_MS = 50;

const program = predict(signature("question: str -> answer: str"));
const server = await startOpenaiServerChild({
  latencyMs: LATENCY_MS,
  text: "[[ ## answer ## ]]\nJames Joyce\n\n[[ ## completed ## ]]\n",
});
const bare = bareClient(server.baseUrl);

let asked = 0;
const pairs = await alternate({
  async ours() {
    // A runtime for each round, as a command has one for each evaluation; warmed up, because the bare client's connections are open too.
    await using runtime = await createRuntime({
      lm: openaiCompatible({ baseUrl: server.baseUrl, model: "m" }),
      pool: { startConcurrency: WINDOW },
    });
    const evaluate = async (count: number): Promise<number> => {
      const data = examples(count);
      const startedAt = performance.now();
      const report = await runtime.evaluate(program, { dataset: data, metric: exactMatch("answer"), window: WINDOW });
      const tookMs = performance.now() - startedAt;
      if (report.results.counts.scored !== count) throw new Error(`Expected ${count} scored examples.`);
      return tookMs;
    };
    await evaluate(WINDOW * 2);
    return await evaluate(EXAMPLES);
  },
  async against() {
    const startedAt = performance.now();
    await runWorkers(EXAMPLES, WINDOW, () => bare.ask(benchRequest(asked++)));
    return performance.now() - startedAt;
  },
  warmUps: 2,
  rounds: 7,
});
await bare.close();
await server.close();
printRows([
  pairedRow("evaluate: ms for 2,000 examples, window 64, 50 ms latency, against 64 bare workers", pairs, 1.02),
]);

/** New questions each time: none may be in the cache. */
function examples(count: number) {
  return dataset(
    Array.from({ length: count }, () => ({
      question: `Who wrote Dubliners? Asked ${asked++}.`,
      answer: "James Joyce",
    })),
    { inputs: ["question"] },
  );
}
