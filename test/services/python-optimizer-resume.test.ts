import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRuntime, innerOptimizer, pythonOptimizer, type Runtime, type RuntimeOptions } from "../../index.ts";
import { bringDspy, python as interpreter } from "./python-dspy.ts";
import { examples, isRight, notingLm, scoresOf, stateOf, twoSteps } from "./two-step-search.ts";

/** Threads of an optimizer, each of which may wait for one answer when the run is aborted. */
const IN_FLIGHT = 8;
const folder = mkdtempSync(join(tmpdir(), "dspex-python-resume-"));
const searches = {
  MIPROv2: pythonOptimizer(
    "dspy.MIPROv2",
    { auto: null, num_candidates: 3, max_bootstrapped_demos: 2, max_labeled_demos: 2 },
    { num_trials: 3, minibatch: false },
  ),
  SIMBA: pythonOptimizer("dspy.SIMBA", { bsize: 6, num_candidates: 3, max_steps: 2, max_demos: 2 }),
  GEPA: pythonOptimizer("dspy.GEPA", { max_metric_calls: 40 }),
  BootstrapFewShotWithOptuna: pythonOptimizer(
    "dspy.BootstrapFewShotWithOptuna",
    { max_bootstrapped_demos: 2, max_labeled_demos: 2, num_candidate_programs: 4 },
    { max_demos: 3 },
  ),
  BetterTogether: pythonOptimizer(
    "dspy.BetterTogether",
    {
      shots: innerOptimizer("dspy.BootstrapFewShotWithRandomSearch", { num_candidate_programs: 1 }),
      words: innerOptimizer("dspy.MIPROv2", { auto: null, num_candidates: 2 }),
    },
    { strategy: "shots -> words", optimizer_compile_args: { words: { num_trials: 2, minibatch: false } } },
  ),
};

describe("a search in Python that is interrupted", () => {
  beforeAll(bringDspy);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const start = (lm: RuntimeOptions["lm"], store: string): Promise<Runtime> =>
    createRuntime({
      ...(lm === undefined ? {} : { lm }),
      store: join(folder, store),
      cache: "off",
      python: { interpreter, pools: { general: { size: 1 } } },
    });
  const data = { trainset: examples(0, 10), valset: examples(20, 26), metric: isRight };

  /** What a search finds that nobody interrupts, and how often it asks. */
  async function whole(name: keyof typeof searches) {
    const model = notingLm(undefined, "failing");
    await using runtime = await start(model.provider, `${name} whole`);
    const found = await runtime.optimize(twoSteps, { ...data, optimizer: searches[name] });
    const facts = { best: stateOf(found.best), score: found.bestScore, scores: await scoresOf(runtime, found.runId) };
    return { facts, asked: model.asked.length, keys: await keysOf(runtime, found.runId) };
  }

  /** Where in the search models were asked what: the keys of a run's recorded calls. */
  async function keysOf(runtime: Runtime, runId: string): Promise<readonly string[]> {
    const keys: string[] = [];
    for await (const call of runtime.store.list("lm-call", { prefix: { runId } })) {
      keys.push([call.trialId, call.exampleId, call.modulePath, call.identity, call.n].join(" | "));
    }
    return keys.toSorted();
  }

  it.each(Object.keys(searches) as (keyof typeof searches)[])(
    "%s comes to the same when its worker is killed and its run resumed, and asks nothing twice, not even what failed",
    async (name) => {
      const expected = await whole(name);
      const [third, twoThirds] = [Math.floor(expected.asked / 3), Math.floor((expected.asked * 2) / 3)];
      let pid = 0;
      let lost = 0;
      let runId = "";
      const abort = new AbortController();
      const first = notingLm((count) => {
        if (count === third) process.kill(pid, "SIGKILL");
        if (count === twoThirds) abort.abort();
      }, "failing");
      {
        await using runtime = await start(first.provider, `${name} cut`);
        runtime.on("bridge.worker.started", ({ about }) => {
          pid = about.pid;
        });
        runtime.on("bridge.worker.failed", () => {
          lost += 1;
        });
        runtime.on("application.run.started", ({ about }) => {
          runId = about.runId;
        });
        const search = { ...data, optimizer: searches[name], signal: abort.signal };
        await expect(runtime.optimize(twoSteps, search)).rejects.toMatchObject({ code: "RUN_CANCELLED" });
      }
      const second = notingLm(undefined, "failing");
      await using runtime = await start(second.provider, `${name} cut`);
      const recorded = (await keysOf(runtime, runId)).length;
      // By its record alone: the optimizer is made again of that.
      const found = await runtime.resume(runId, { program: twoSteps, metric: isRight });
      if (found.runKind !== "optimization") throw new Error("an optimization was resumed");
      expect({
        best: stateOf(found.best),
        score: found.bestScore,
        scores: await scoresOf(runtime, found.runId),
      }).toEqual(expected.facts);
      expect(lost).toBe(1);
      // What had been answered when the worker was killed was not asked again by the next one …
      expect(first.asked.length - recorded).toBeLessThanOrEqual(IN_FLIGHT);
      // … and what was recorded was not asked again by the resumed run, which asked at the same places for all the rest.
      expect(await keysOf(runtime, runId)).toEqual(expected.keys);
      expect(second.asked.length).toBeLessThanOrEqual(expected.keys.length - recorded);
      expect(recorded).toBeGreaterThan(third);
    },
  );
});
