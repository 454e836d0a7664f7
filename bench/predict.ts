// CPU per call of a spawned program, from `run()` to the parsed answer, against a bare client: `node bench/predict.ts [--json]`.
// Knows nothing of what a call passes on its way; `bench/lm.ts` measures the pool below it alone.
import { hash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Keyv } from "keyv";
import { createRuntime, openaiCompatible, predict, type RuntimeOptions, signature } from "../index.ts";
import { startOpenaiServerChild } from "../test/support/openai-server-child.ts";
import { type BareAsk, bareClient, cpuMicrosPerCall, runWorkers } from "./support/lm-load.ts";
import { alternate } from "./support/rounds.ts";
import { type BenchRow, pairedRow, printRows } from "./support/rows.ts";

const IN_FLIGHT = 64;
const CALLS = 3000;
const HITS = 20_000;
const ANSWER = "[[ ## answer ## ]]\nJames Joyce\n\n[[ ## sure ## ]]\n0.97\n\n[[ ## completed ## ]]\n";

const program = predict(signature("question: str -> answer: str, sure: float"));
const server = await startOpenaiServerChild({ text: ANSWER });
const bare = bareClient(server.baseUrl);
const request = await requestOfProgram();
let asked = 0;

const rows = [
  await overHttp("predict: CPU µs per call over HTTP, 64 in flight, journal off, against undici request", {}, 2),
  await journalled(),
  await cacheHits(),
];
await bare.close();
await server.close();
printRows(rows);

async function journalled(): Promise<BenchRow> {
  const folder = await mkdtemp(join(tmpdir(), "dspex-bench-predict-"));
  const row = await overHttp("predict: the same, journal on level", { store: folder, calls: "on" }, undefined);
  await rm(folder, { recursive: true, force: true });
  return row;
}

async function overHttp(name: string, options: RuntimeOptions, limit: number | undefined): Promise<BenchRow> {
  const runtime = await openBenchRuntime(options);
  const qa = await runtime.spawnProgram(program);
  const pairs = await alternate({
    ours: () =>
      cpuMicrosPerCall(CALLS, () => runWorkers(CALLS, IN_FLIGHT, () => qa.run({ question: question(asked++) }))),
    against: () =>
      cpuMicrosPerCall(CALLS, () => runWorkers(CALLS, IN_FLIGHT, () => bare.ask(request(question(asked++))))),
    warmUps: 3,
    rounds: 11,
  });
  await runtime.stop();
  return pairedRow(name, pairs, limit);
}

async function cacheHits(): Promise<BenchRow> {
  const runtime = await openBenchRuntime({});
  const qa = await runtime.spawnProgram(program);
  const inputs = { question: question(-1) };
  await qa.run(inputs);
  const known = request(inputs.question);
  const keyv = new Keyv();
  await keyv.set(hash("sha256", JSON.stringify(known), "hex"), { completions: [{ text: ANSWER }], model: "m" });
  const pairs = await alternate({
    ours: () => cpuMicrosPerCall(HITS, () => runWorkers(HITS, 1, () => qa.run(inputs))),
    against: () =>
      cpuMicrosPerCall(HITS, () => runWorkers(HITS, 1, () => keyv.get(hash("sha256", JSON.stringify(known), "hex")))),
    warmUps: 3,
    rounds: 15,
  });
  await runtime.stop();
  return pairedRow("predict: CPU µs per cache hit, against SHA-256 of the request and a keyv get", pairs, 3);
}

function openBenchRuntime(options: RuntimeOptions) {
  return createRuntime({
    lm: openaiCompatible({ baseUrl: server.baseUrl, model: "m" }),
    pool: { startConcurrency: IN_FLIGHT },
    ...options,
  });
}

function question(index: number): string {
  return `Who wrote Dubliners, and what else did the same hand write? Asked ${index}.`;
}

/** What the program asks of a model, taken from the program itself, so that the bare client sends the very same bodies. */
async function requestOfProgram(): Promise<(question: string) => BareAsk> {
  const mark = "QUESTION";
  let seen: BareAsk | undefined;
  await using runtime = await createRuntime({
    lm: {
      providerName: "bench",
      modelName: "m",
      identity: { provider: "bench" },
      async complete(asked) {
        seen = asked;
        return { completions: [{ text: ANSWER }], model: "m" };
      },
    },
  });
  await (await runtime.spawnProgram(program)).run({ question: mark });
  const messages = seen?.messages ?? [];
  const system = messages[0];
  const user = messages[1];
  if (system === undefined || typeof user?.content !== "string")
    throw new Error("The program asked in another form than the bench expects.");
  const content = user.content;
  return (text) => ({ messages: [system, { role: "user", content: content.replace(mark, text) }], options: {} });
}
