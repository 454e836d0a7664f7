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
  python,
  type Runtime,
} from "../../index.ts";
import { Random } from "../../runtime/base/index.ts";
import { type JobOrder, KEY_HEADER } from "./order.ts";
import { type Hit, hit, type Misery } from "./python-misery.ts";
import { type Found, search } from "./python-searches.ts";
import { readLines } from "./read-lines.ts";

const order = JSON.parse(process.argv[2] ?? "{}") as JobOrder;
const { miseries = [], searches = [], seed = 1, examples = 40, mark = "", hitsFile = "" } = order;
/** Where searches run, and nothing else. */
const OPTIMIZER = "optimizer";

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

const questions = Array.from({ length: examples }, (_, index) => ({
  question: `q${index}`,
  answer: index % 3 === 0 ? "no" : "yes",
}));
const harmed = {
  memoryLimitBytes: 400_000_000,
  heartbeat: { intervalMs: 500, misses: 6 },
  paths: [import.meta.dirname],
  modules: ["python_handlers"],
  env: { DSPEX_CHAOS: mark },
};
const modelCalled = (model: string) =>
  openaiCompatible({ providerName: "chaos", model, baseUrl: order.serverUrl, apiKey: "none" });
const runtime = await createRuntime({
  lm: modelCalled(order.job === "python-search" ? "sparing" : "chaos"),
  store: order.storeFolder,
  cache: "off",
  callKeyHeader: KEY_HEADER,
  python: {
    pools: {
      general: {
        size: 2,
        callsPerWorker: 4,
        spares: 1,
        ...harmed,
      },
      [OPTIMIZER]: { size: 1, ...harmed },
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
      appendFileSync(hitsFile, `${JSON.stringify({ misery })}\n`);
      process.kill(process.pid, "SIGKILL");
    }
    const choose = (count: number): number => random.randrange(count);
    while ((await hit(misery, runtime, { choose })) === "missed" && !over.aborted) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    if (over.aborted) return;
    appendFileSync(hitsFile, `${JSON.stringify({ misery })}\n`);
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
let searching = 0;
runtime.on("bridge.worker.started", ({ about }) => {
  if (about.pool === OPTIMIZER) searching = about.pid;
});
runtime.on("evaluation.example.*", (event) => {
  if (event.type === "evaluation.example.started") return;
  if (order.job === "python-evaluation") counted += 1;
  appendFileSync(order.countedFile, `${JSON.stringify(event.about)}\n`);
});
const over = new AbortController();
const beside = [holdSessions(over.signal), suffer(() => counted, over.signal)];
const toDataset = (name: string, from: number, to: number) =>
  dataset(questions.slice(from, to), { inputs: ["question"], name, ids: "question" });

async function evaluateAll(): Promise<unknown> {
  const program = new Asked();
  const command = { modulePath: "chaos", exportName: order.job, args: [], moduleHash: "0".repeat(64) };
  const rules = { metric: exactMatch("answer"), window: 6, seed: 7, command };
  const unfinished = await runtime.unfinished(command);
  const result =
    unfinished === undefined
      ? await runtime.evaluate(program, { ...rules, dataset: toDataset("all", 0, examples) })
      : await runtime.resume(unfinished.runId, { ...rules, program });
  return "results" in result ? result.results : undefined;
}

/** Each in its turn. One that an earlier life has finished is not done again; what it found is kept. */
async function searchAll(): Promise<unknown> {
  const found = new Map(readLines<readonly [string, Found]>(order.foundFile));
  const data = { trainset: toDataset("train", 0, 12), valset: toDataset("val", 12, 20) };
  for (const { name, blow } of searches) {
    if (found.has(name)) continue;
    const isHit = readLines<Hit>(order.hitsFile).some((hit) => hit.search === name);
    let answers = 0;
    using _counting = runtime.on("lm.call.stopped", () => {
      answers += 1;
      if (blow !== undefined && !isHit && answers === blow.after) deal(blow.misery, name);
    });
    // GEPA fails in DSPy alone as well where a request of a candidate is refused: gepa 0.1.4 counts on an output for each example.
    const result = await search(runtime, name, name === "GEPA" ? { ...data, lm: modelCalled("obliging") } : data);
    found.set(name, { result, answers });
    appendFileSync(order.foundFile ?? "", `${JSON.stringify([name, found.get(name)])}\n`);
  }
  return Object.fromEntries(found);
}

/** Hits the worker that does the search, or this process. */
function deal(misery: Misery, name: string): void {
  appendFileSync(hitsFile, `${JSON.stringify({ misery, search: name })}\n`);
  if (misery === "host") process.kill(process.pid, "SIGKILL");
  void hit(misery, runtime, { pool: OPTIMIZER, worker: searching });
}

const results = await (order.job === "python-search" ? searchAll() : evaluateAll());
over.abort();
await Promise.all(beside);
const sessions = await sessionsLeft(runtime);
await runtime.stop();
const report = { results, sessions };
// Written last and whole: a report that is there is a finished job's.
writeFileSync(order.reportFile, JSON.stringify(report));
