// The process whose Python workers come to harm under load, and which is killed itself: does one evaluation, or goes on with it.
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
runtime.on("evaluation.example.*", (event) => {
  if (event.type === "evaluation.example.started") return;
  counted += 1;
  appendFileSync(order.countedFile, `${JSON.stringify(event.about)}\n`);
});
const command = { modulePath: "chaos", exportName: order.job, args: [], moduleHash: "0".repeat(64) };
const unfinished = await runtime.unfinished(command);
const over = new AbortController();
const beside = [holdSessions(over.signal), suffer(() => counted, over.signal)];
const rules = { metric: exactMatch("answer"), window: 6, seed: 7, command };
const all = dataset(questions, { inputs: ["question"], name: "all", ids: "question" });
const result =
  unfinished === undefined
    ? await runtime.evaluate(new Asked(), { ...rules, dataset: all })
    : await runtime.resume(unfinished.runId, { ...rules, program: new Asked() });
over.abort();
await Promise.all(beside);
const sessions = await sessionsLeft(runtime);
await runtime.stop();
const report = { results: "results" in result ? result.results : undefined, sessions };
// Written last and whole: a report that is there is a finished job's.
writeFileSync(order.reportFile, JSON.stringify(report));
