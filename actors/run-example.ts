// One example of one trial: runs the program, asks the metrics, and says what became of it as a value.
// Knows nothing of windows, records or what other examples did.
import { type ExampleResult, type NamedMetric, scoreExample } from "../evaluate/index.ts";
import {
  deadlineExceeded,
  type Example,
  type Prediction,
  type ProgramPorts,
  type ProgramSettings,
  TraceLog,
  type TraceStep,
} from "../programs/index.ts";
import { BaseError, type Clock, type JsonObject, toErrorRecord } from "../runtime/base/index.ts";
import type { CallScope } from "./call-scope.ts";
import { judgeInSeats, needSeats } from "./judge-in-seats.ts";
import type { ExampleTurn } from "./lm-turn.ts";
import type { MetricSeats } from "./metric-seats.ts";
import type { WorkLane } from "./work-lane.ts";

/** What runs a program once. */
export type ExecuteOnce = (
  inputs: object,
  ports: Omit<ProgramPorts, "runModule">,
  options: {
    readonly workSignal: AbortSignal;
    readonly deadlineAt: number;
    readonly endedBy: "caller";
    readonly settings: ProgramSettings;
  },
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
  /** Where it runs; its signal's abort ends the example without an outcome. */
  readonly lane: WorkLane;
  /** What it waits for others is not its own time. */
  readonly turn?: ExampleTurn;
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
  const { clock, example, exampleId, lane, scope, signal } = work;
  const log = new TraceLog(work.settings.maxTraceSteps);
  const startedMs = clock.now();
  const deadlineAt = startedMs + work.timeoutMs;
  const waitedMs = (): number => work.turn?.waitedMs ?? 0;
  try {
    const ports = { lm: work.lm, runTool: work.runTool, trace: log.add };
    const prediction = await lane.run(
      deadlineAt,
      () => deadlineExceeded("self"),
      (workSignal) =>
        work.execute(example.inputs(), ports, { workSignal, deadlineAt, endedBy: "caller", settings: work.settings }),
    );
    scope.assertRecorded();
    const measures = scope.measures(clock.now() - startedMs - waitedMs());
    const judgedBy = deadlineAt + waitedMs();
    const late = (): BaseError => metricTimedOut(exampleId, work.timeoutMs);
    const { purpose } = work;
    const trace = log.steps;
    const outcome = await (needSeats(work.metrics)
      ? judgeInSeats(
          work.seats,
          work.metrics,
          { example, prediction, purpose, trace },
          { clock, deadlineAt: judgedBy, signal, late },
        )
      : lane.run(judgedBy, late, (judging) =>
          scoreExample(work.metrics, example, prediction, { purpose, trace, signal: judging }),
        ));
    signal.throwIfAborted();
    return { result: { exampleId, outcome, prediction: plainOutputs(prediction), measures }, prediction, trace };
  } catch (error) {
    signal.throwIfAborted();
    scope.assertRecorded();
    const measures = scope.measures(clock.now() - startedMs - waitedMs());
    return {
      result: { exampleId, outcome: { status: "failed", error: toErrorRecord(error) }, measures },
      trace: log.steps,
    };
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
