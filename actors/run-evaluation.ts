// Evaluates one program on one data set: pulls examples through a window, answers from the record what is recorded, runs the rest.
// Knows nothing of optimizers; who supervises it is `task-actor.ts`.
import {
  type Dataset,
  type EvaluationReport,
  type ExampleResult,
  type FailurePolicy,
  failurePolicy,
  foldReport,
  type NamedMetric,
} from "../evaluate/index.ts";
import type { Module, ProgramSettings } from "../programs/index.ts";
import { BaseError } from "../runtime/base/index.ts";
import { CallScope } from "./call-scope.ts";
import { fromResultRecord, toResultRecord } from "./example-record.ts";
import type { LmRoute } from "./lm-route.ts";
import { type Recording, recordedLm } from "./recorded-lm.ts";
import { runExample } from "./run-example.ts";
import type { RunProgress } from "./run-options.ts";
import type { RunServices } from "./run-services.ts";

/** How evaluations of one run are made; the same for all its trials. */
export interface EvaluationRules {
  readonly runId: string;
  readonly metrics: readonly NamedMetric[];
  readonly route: LmRoute;
  readonly recording: Recording;
  readonly settings: ProgramSettings;
  readonly window: number;
  readonly exampleTimeoutMs: number;
  readonly failurePolicy: FailurePolicy;
  readonly passThreshold: number;
  readonly seed: number;
  readonly drain?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
}

/** One evaluation. */
export interface EvaluationTask {
  readonly rules: EvaluationRules;
  readonly trialId: string;
  readonly program: Module;
  readonly programName: string;
  readonly dataset: Dataset;
}

/**
 * Runs an evaluation to its end.
 *
 * An example counts once the recorder has acknowledged its outcome. A cancelled evaluation answers a report of status
 * `cancelled` with what was done; resumed, it runs what is missing.
 */
export async function runEvaluation(
  services: RunServices,
  task: EvaluationTask,
  signal: AbortSignal,
): Promise<EvaluationReport> {
  const { rules, dataset, trialId } = task;
  const startedMs = services.clock.now();
  const recorded = await recordedResults(task);
  const tree = await services.programs.spawn(task.program, { programName: task.programName });
  const progress = new Progress(task, recorded.size);
  const results: (ExampleResult | undefined)[] = new Array(dataset.examples.length).fill(undefined);
  // Ends what is in flight when the evaluation itself fails: nobody would wait for it.
  const inner = new AbortController();
  const abort = (): void => inner.abort(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  let next = 0;
  let stopped: string | undefined;
  const pull = async (): Promise<void> => {
    while (
      next < dataset.examples.length &&
      stopped === undefined &&
      !inner.signal.aborted &&
      rules.drain?.aborted !== true
    ) {
      const index = next++;
      const exampleId = dataset.exampleIds[index] ?? String(index);
      const result = recorded.get(exampleId) ?? (await runAndRecord(index, exampleId));
      if (result === undefined) return;
      results[index] = result;
      progress.add(result);
      const verdict = failurePolicy(rules.failurePolicy, progress.counts);
      if (verdict !== "continue") stopped ??= verdict.stop;
    }
  };
  const runAndRecord = async (index: number, exampleId: string): Promise<ExampleResult | undefined> => {
    const example = dataset.examples[index];
    if (example === undefined) return undefined;
    const scope = new CallScope({ runId: rules.runId, trialId, exampleId });
    try {
      const { result } = await runExample({
        execute: tree.execute,
        example,
        exampleId,
        lm: recordedLm(rules.route, scope, services.clock, rules.recording),
        scope,
        metrics: rules.metrics,
        purpose: "evaluation",
        settings: rules.settings,
        timeoutMs: rules.exampleTimeoutMs,
        signal: inner.signal,
        clock: services.clock,
      });
      await rules.recording.recorder.record({ records: [toResultRecord(scope.place, index, result)] });
      return result;
    } catch (error) {
      // Cancelled in mid-flight: the example has no outcome, and a resume runs it again.
      if (inner.signal.aborted) return undefined;
      inner.abort(error);
      throw error;
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(rules.window, dataset.examples.length) }, pull));
  } finally {
    signal.removeEventListener("abort", abort);
    inner.abort();
    await tree.stop();
  }
  const ended = endOf(stopped, signal.aborted || rules.drain?.aborted === true);
  return foldReport(
    {
      dataset,
      exampleIds: dataset.exampleIds,
      metricNames: rules.metrics.map((metric) => metric.metricName),
      passThreshold: rules.passThreshold,
      seed: rules.seed,
      ...(rules.settings.compat === undefined ? {} : { compat: rules.settings.compat }),
    },
    results.filter((result) => result !== undefined),
    {
      durationMs: services.clock.now() - startedMs,
      ...(results.every(isThere) || ended === undefined ? {} : { ended }),
    },
  );
}

function endOf(stopped: string | undefined, cancelled: boolean) {
  if (stopped !== undefined) return { status: "stopped", reason: stopped } as const;
  return cancelled ? ({ status: "cancelled", reason: "The evaluation was cancelled." } as const) : undefined;
}

function isThere(result: ExampleResult | undefined): boolean {
  return result !== undefined;
}

/** Adds up outcomes for the failure policy and for whoever watches. */
class Progress {
  readonly #task: EvaluationTask;
  readonly #replayed: number;
  #scored = 0;
  #unscored = 0;
  #failed = 0;
  #sum = 0;

  constructor(task: EvaluationTask, replayed: number) {
    this.#task = task;
    this.#replayed = replayed;
  }

  get counts() {
    return { scored: this.#scored, unscored: this.#unscored, failed: this.#failed };
  }

  add({ outcome }: ExampleResult): void {
    const { rules, trialId, dataset } = this.#task;
    if (outcome.status === "failed") this.#failed += 1;
    else if (outcome.status === "unscored") this.#unscored += 1;
    else {
      this.#scored += 1;
      this.#sum += outcome.scores[rules.metrics[0]?.metricName ?? ""]?.score ?? 0;
    }
    rules.onProgress?.({
      runId: rules.runId,
      trialId,
      finished: this.#scored + this.#unscored + this.#failed,
      planned: dataset.examples.length,
      scored: this.#scored,
      failed: this.#failed,
      mean: this.#scored === 0 ? null : this.#sum / this.#scored,
      replayed: this.#replayed,
    });
  }
}

async function recordedResults({ rules, trialId, dataset }: EvaluationTask): Promise<Map<string, ExampleResult>> {
  const found = new Map<string, ExampleResult>();
  const store = rules.recording.replayFrom;
  if (store === undefined) return found;
  const planned = new Set(dataset.exampleIds);
  for await (const record of store.list("example-result", { prefix: { runId: rules.runId, trialId } })) {
    if (!planned.has(record.exampleId)) continue;
    if (rules.recording.retryFailed === true && record.outcome.status === "failed") continue;
    found.set(record.exampleId, fromResultRecord(record));
  }
  return found;
}

/** The run ended because its caller said so. What was finished stays, and the run can be resumed. */
export function runCancelled(runId: string): BaseError {
  return new BaseError(
    "RUN_CANCELLED",
    `Run ${runId} was cancelled. What was finished is kept; resume it with runtime.resume("${runId}", …) or dspex resume ${runId}.`,
    { retryable: true, details: { runId } },
  );
}
