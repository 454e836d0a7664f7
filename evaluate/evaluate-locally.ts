// Evaluates a program in place, without a runtime: for tests, scripts and optimizers of one's own.
// Knows nothing of actors, stores or resume; the harness of the application does the same with all of them.
import { type LmPort, type Module, type ProgramSettings, prepareProgram } from "../programs/index.ts";
import { type Clock, systemClock } from "../runtime/base/index.ts";
import type { Dataset } from "./dataset.ts";
import { dspyFailurePolicy, type FailurePolicy, failurePolicy } from "./failure-policy.ts";
import { type EvaluationEnd, foldReport } from "./fold-report.ts";
import { type Metrics, namedMetrics } from "./metric.ts";
import type { ExampleResult } from "./outcome.ts";
import type { EvaluationReport } from "./report.ts";
import { runExampleLocally } from "./run-example.ts";

/** How an evaluation in place is made. */
export interface LocalEvaluationOptions {
  readonly lm: LmPort;
  readonly metrics: Metrics;
  /** Adapter, LM options, `compat`. */
  readonly settings?: ProgramSettings;
  /** Examples in flight at once. Default 8. */
  readonly window?: number;
  /** Seeds the bootstrap of intervals. Default 0. */
  readonly seed?: number;
  /** From which score on an example passes. Default 1. */
  readonly passThreshold?: number;
  /** Default: give up at more than 80 % failures of at least 10; under `compat` at the tenth failure. */
  readonly failurePolicy?: FailurePolicy;
  /** Aborting it ends the evaluation; the report holds what was done. */
  readonly signal?: AbortSignal;
  /** Told of each result as it comes. */
  readonly onResult?: (result: ExampleResult) => void;
  readonly clock?: Clock;
}

const NEVER_ABORTED = new AbortController().signal;

/** Evaluates a program on a data set. Failures are outcomes, cancelling gives a report of what was done; rejects only for bad options. */
export async function evaluateLocally(
  program: Module,
  dataset: Dataset,
  options: LocalEvaluationOptions,
): Promise<EvaluationReport> {
  const { lm, settings = {}, window = 8, seed = 0, signal = NEVER_ABORTED, clock = systemClock } = options;
  const { compat } = settings;
  const policy = options.failurePolicy ?? (compat === undefined ? {} : dspyFailurePolicy);
  const metrics = namedMetrics(options.metrics);
  const prepared = prepareProgram(program);
  const startedMs = clock.now();
  const results: ExampleResult[] = [];
  const counts = { scored: 0, unscored: 0, failed: 0 };
  let ended: EvaluationEnd["ended"];
  const queue = dataset.examples.entries();
  const worker = async () => {
    for (const [index, example] of queue) {
      const exampleId = dataset.exampleIds[index] ?? String(index);
      try {
        const run = { program: prepared, example, exampleId, metrics, lm, settings, signal, clock } as const;
        const { result } = await runExampleLocally({ ...run, purpose: "evaluation" });
        results.push(result);
        counts[result.outcome.status]++;
        options.onResult?.(result);
        const verdict = failurePolicy(policy, counts);
        if (verdict !== "continue") ended ??= { status: "stopped", reason: verdict.stop };
      } catch (error) {
        // Only an abort makes a run reject; whatever else is thrown here is the listener's and ends the evaluation.
        if (!signal.aborted) throw error;
        ended ??= { status: "cancelled", reason: reasonOf(signal) };
      }
      if (ended !== undefined) return;
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, window) }, worker));
  const plan = {
    dataset,
    exampleIds: dataset.exampleIds,
    metricNames: metrics.map(({ metricName }) => metricName),
    seed,
    ...(options.passThreshold === undefined ? {} : { passThreshold: options.passThreshold }),
    ...(compat === undefined ? {} : { compat }),
  };
  return foldReport(plan, results, {
    durationMs: clock.now() - startedMs,
    ...(ended === undefined ? {} : { ended }),
  });
}

function reasonOf(signal: AbortSignal): string {
  const { reason }: { reason: unknown } = signal;
  return reason instanceof Error ? reason.message : String(reason);
}
