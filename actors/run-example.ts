// One example of one trial: runs the program, asks the metrics, and says what became of it as a value.
// Knows nothing of windows, records or what other examples did.
import { type ExampleResult, type NamedMetric, scoreExample } from "../evaluate/index.ts";
import type { Example, Prediction, ProgramPorts, ProgramSettings, TraceStep } from "../programs/index.ts";
import { BaseError, type Clock, type JsonObject, toErrorRecord } from "../runtime/base/index.ts";
import type { CallScope } from "./call-scope.ts";
import { judgeInSeats, needSeats } from "./judge-in-seats.ts";
import type { MetricSeats } from "./metric-seats.ts";
import { withinDeadline } from "./within-deadline.ts";

/** What runs a program once. */
export type ExecuteOnce = (
  inputs: object,
  ports: Omit<ProgramPorts, "runModule">,
  options: { readonly signal: AbortSignal; readonly deadlineAt: number; readonly settings: ProgramSettings },
) => Promise<Prediction>;

/** One example to run. */
export interface ExampleWork {
  readonly execute: ExecuteOnce;
  readonly example: Example;
  readonly exampleId: string;
  readonly lm: ProgramPorts["lm"];
  readonly runTool: NonNullable<ProgramPorts["runTool"]>;
  readonly scope: CallScope;
  readonly metrics: readonly NamedMetric[];
  /** Where metrics judge that run in threads. */
  readonly seats: MetricSeats;
  readonly purpose: "evaluation" | "bootstrapping";
  readonly settings: ProgramSettings;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** What became of it, with what the trace and the prediction were. */
export interface ExampleRun {
  readonly result: ExampleResult;
  readonly prediction?: Prediction;
  readonly trace: readonly TraceStep[];
}

/** Runs one example. Rejects only where it has no outcome: `signal` aborted, or one of its LM calls could not be recorded. */
export async function runExample(work: ExampleWork): Promise<ExampleRun> {
  const { clock, example, exampleId, scope, signal } = work;
  const trace: TraceStep[] = [];
  const startedMs = clock.now();
  const deadlineAt = startedMs + work.timeoutMs;
  try {
    const prediction = await work.execute(
      example.inputs(),
      { lm: work.lm, runTool: work.runTool, trace: (step) => trace.push(step) },
      { signal, deadlineAt, settings: work.settings },
    );
    scope.assertRecorded();
    const measures = scope.measures(clock.now() - startedMs);
    const bounds = { clock, deadlineAt, signal, late: () => metricTimedOut(exampleId, work.timeoutMs) };
    const judgement = { example, prediction, purpose: work.purpose, trace };
    const outcome = await (needSeats(work.metrics)
      ? judgeInSeats(work.seats, work.metrics, judgement, bounds)
      : withinDeadline(bounds, (judging) =>
          scoreExample(work.metrics, example, prediction, { purpose: work.purpose, trace, signal: judging }),
        ));
    signal.throwIfAborted();
    return { result: { exampleId, outcome, prediction: plainOutputs(prediction), measures }, prediction, trace };
  } catch (error) {
    signal.throwIfAborted();
    scope.assertRecorded();
    const measures = scope.measures(clock.now() - startedMs);
    return { result: { exampleId, outcome: { status: "failed", error: toErrorRecord(error) }, measures }, trace };
  }
}

/** Outputs as they are recorded: what JSON cannot say, as JSON would write it. */
function plainOutputs(prediction: Prediction): JsonObject {
  // Most outputs are texts and flags, which need no way through JSON.
  const isPlain = Object.values(prediction).every((value) => typeof value === "string" || typeof value === "boolean");
  return isPlain ? { ...prediction } : JSON.parse(JSON.stringify(prediction));
}

/** The metrics took longer than an example may. */
export function metricTimedOut(exampleId: string, timeoutMs: number): BaseError {
  return new BaseError(
    "EVALUATION_METRIC_TIMEOUT",
    `The metrics gave no answer on example "${exampleId}" within the example's ${timeoutMs} ms, program and metrics together. ` +
      "Mend a metric that waits for ever, or raise exampleTimeoutMs.",
    { details: { exampleId, timeoutMs } },
  );
}
