// Runs a program on one example and judges it, in place: no actor, no record.
// Knows nothing of data sets, windows or reports.

import type { ProgramSettings, TraceStep } from "../programs/index.ts";
import {
  type Example,
  executeProgram,
  type LmPort,
  type Prediction,
  type PreparedProgram,
  TraceLog,
} from "../programs/index.ts";
import { type Clock, type JsonObject, toErrorRecord } from "../runtime/base/index.ts";
import { measuredLm } from "./measured-lm.ts";
import type { MetricContext, NamedMetric } from "./metric.ts";
import type { ExampleResult } from "./outcome.ts";
import { scoreExample } from "./score-example.ts";

/** One example to run. */
export interface LocalRun {
  readonly program: PreparedProgram;
  readonly example: Example;
  readonly exampleId: string;
  /** None: the outcome of a run that does not fail is `scored`, without scores. */
  readonly metrics: readonly NamedMetric[];
  readonly purpose: MetricContext["purpose"];
  readonly lm: LmPort;
  readonly settings: ProgramSettings;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** What came of it. */
export interface LocalRunResult {
  readonly result: ExampleResult;
  /** Absent where the program failed. */
  readonly prediction?: Prediction;
  readonly trace: readonly TraceStep[];
}

/** Runs one example. Rejects only where the signal aborted: then the example has no outcome. */
export async function runExampleLocally(run: LocalRun): Promise<LocalRunResult> {
  const { clock, example, exampleId, signal } = run;
  signal.throwIfAborted();
  const log = new TraceLog(run.settings.maxTraceSteps);
  const { lm, measures } = measuredLm(run.lm);
  const startedMs = clock.now();
  try {
    const ports = { lm, trace: log.add };
    const prediction = await executeProgram(run.program, example.inputs(), ports, {
      signal,
      settings: run.settings,
      clock,
    });
    const measured = measures(clock.now() - startedMs);
    const trace = log.steps;
    const outcome = await scoreExample(run.metrics, example, prediction, { purpose: run.purpose, trace, signal });
    signal.throwIfAborted();
    // Outputs that JSON cannot say are kept as JSON would write them.
    const kept: JsonObject = JSON.parse(JSON.stringify(prediction));
    return { result: { exampleId, outcome, prediction: kept, measures: measured }, prediction, trace };
  } catch (error) {
    signal.throwIfAborted();
    const outcome = { status: "failed", error: toErrorRecord(error) } as const;
    return { result: { exampleId, outcome, measures: measures(clock.now() - startedMs) }, trace: log.steps };
  }
}
