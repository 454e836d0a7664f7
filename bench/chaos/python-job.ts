// The process whose Python workers come to harm under load, and which is killed itself: does one evaluation or search, or goes on with it.
// Knows nothing of what is expected.
import { appendFileSync, writeFileSync } from "node:fs";
import {
  type Call,
  createRuntime,
  dataset,
  exactMatch,
  Module,
  openaiCompatible,
  predict,
  programState,
  python,
  pythonOptimizer,
  type Runtime,
} from "../../index.ts";
import { Random } from "../../runtime/base/index.ts";
import { type JobOrder, KEY_HEADER } from "./order.ts";
import { hit } from "./python-misery.ts";

const order = JSON.parse(process.argv[2] ?? "{}") as JobOrder;
const { miseries = [], seed = 1, examples = 40, mark = "", hitsFile = "" } = order;

class Asked extends Module<{ question: string }, { answer: string }> {
  // A class of somebody's own may do what must not be done twice: its calls are not made again when their worker is lost.
  readonly think = python(order.fault === "not-repeatable" ? "Think" : "dspy.ChainOfThought", "question -> answer");

  override async forward({ question }: { question: string }, call: Call) {
    const { answer } = await call.run(this.think, { question });
    // At once, past every buffer: it must be in the record if we die now.
    appendFileSync(order.acknowledgedFile, `${JSON.stringify([question, "think"])}\n`);
    return { answer: String(answer) };
  }
}

class TwoSteps extends Module<{ question: string }, { answer: string }> {
  readonly step1 = predict("question -> hint");
  readonly step2 = predict("question, hint -> answer");

  override async forward({ question }: { question: string }, call: Call) {
    const { hint } = await call.run(this.step1, { question });
    const { answer } = await call.run(this.step2, { question, hint });
    return { answer };
  }
}

const questions = Array.from({ length: examples }, (_, index) => ({
  question: `q${index}`,
  answer: index % 3 === 0 ? "no" : "yes",
}));
const runtime = await createRuntime({
  lm: openaiCompatible({ providerName: "chaos", model: "chaos", baseUrl: order.serverUrl, apiKey: "none" }),
  store: order.storeFolder,
  cache: "off",
  callKeyHeader: KEY_HEADER,
  python: {
    pools: {
      general: {
        size: 2,
        callsPerWorker: 4,
        spares: 1,
        memoryLimitBytes: 400_000_000,
        heartbeat: { intervalMs: 500, misses: 6 },
        paths: [import.meta.dirname],
        modules: ["python_handlers"],
        env: { DSPEX_CHAOS: mark },
      },
    },
  },
});

/** Sessions come and go meanwhile; one in three is forgotten by its owner, which has set it a time. */
async function holdSessions(over: AbortSignal): Promise<void> {
  for (let round = 0; !over.aborted; round++) {
    try {
      const session = await runtime.python.session({ ttlMs: 500, signal: over, timeoutMs: 20_000 });
      await session.call("remember", { key: "round", value: round });
      if (round === 0) await session.call("start_process");
      if (round % 3 !== 0) await session.close();
    } catch {
      // Its worker was lost, or the work is over: either ends a session.
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Does the next of the planned things each time some more examples have been counted. */
async function suffer(counted: () => number, over: AbortSignal): Promise<void> {
  const random = new Random(seed);
  let from = 0;
  for (const misery of miseries) {
    const wait = 1 + random.randrange(4);
    while (counted() < from + wait && !over.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
    if (over.aborted) return;
    from = counted();
    if (misery === "host") {
      appendFileSync(hitsFile, `"host"\n`);
      process.kill(process.pid, "SIGKILL");
    }
    while ((await hit(misery, runtime, (count) => random.randrange(count))) === "missed" && !over.aborted) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    if (over.aborted) return;
    appendFileSync(hitsFile, `${JSON.stringify(misery)}\n`);
  }
}

/** Sessions that are held when all the work is over, once those that were forgotten had their time. */
async function sessionsLeft({ python: calls }: Runtime): Promise<number> {
  const until = Date.now() + 20_000;
  for (;;) {
    const { sessions, running } = await calls.status();
    if ((sessions === 0 && running === 0) || Date.now() > until) return sessions;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

let counted = 0;
// A search is spoken to by its requests, of which an example has several.
runtime.on("lm.call.*", ({ type }) => {
  if (order.job === "python-search" && type === "lm.call.stopped") counted += 0.2;
});
runtime.on("evaluation.example.*", (event) => {
  if (event.type === "evaluation.example.started") return;
  if (order.job === "python-evaluation") counted += 1;
  appendFileSync(order.countedFile, `${JSON.stringify(event.about)}\n`);
});
const command = { modulePath: "chaos", exportName: order.job, args: [], moduleHash: "0".repeat(64) };
const unfinished = await runtime.unfinished(command);
const over = new AbortController();
const beside = [holdSessions(over.signal), suffer(() => counted, over.signal)];
const rules = { metric: exactMatch("answer"), window: 6, seed: 7, command };
const toDataset = (name: string, from: number, to: number) =>
  dataset(questions.slice(from, to), { inputs: ["question"], name, ids: "question" });

async function evaluateAll(): Promise<unknown> {
  const program = new Asked();
  const result =
    unfinished === undefined
      ? await runtime.evaluate(program, { ...rules, dataset: toDataset("all", 0, examples) })
      : await runtime.resume(unfinished.runId, { ...rules, program });
  return "results" in result ? result.results : undefined;
}

async function search(): Promise<unknown> {
  const program = new TwoSteps();
  const optimizer = pythonOptimizer("dspy.BootstrapFewShotWithRandomSearch", {
    max_bootstrapped_demos: 2,
    max_labeled_demos: 2,
    num_candidate_programs: 2,
    max_errors: 1000,
  });
  const data = { trainset: toDataset("train", 0, 16), valset: toDataset("val", 16, 32) };
  const result =
    unfinished === undefined
      ? await runtime.optimize(program, { ...rules, ...data, optimizer })
      : await runtime.resume(unfinished.runId, { ...rules, program });
  if (!("candidates" in result)) return undefined;
  const { bestTrialId, bestScore, best, candidates } = result;
  return {
    bestTrialId,
    bestScore,
    best: programState(best),
    candidates: candidates.map(({ trialId, score, report }) => ({ trialId, score, results: report?.results })),
  };
}

const results = await (order.job === "python-search" ? search() : evaluateAll());
over.abort();
await Promise.all(beside);
const sessions = await sessionsLeft(runtime);
await runtime.stop();
const report = { results, sessions };
// Written last and whole: a report that is there is a finished job's.
writeFileSync(order.reportFile, JSON.stringify(report));
