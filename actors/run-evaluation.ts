// Evaluates one program on one data set: pulls examples through a window, answers from the record what is recorded, runs the rest.
// Knows nothing of optimizers; who supervises it is `task-actor.ts`.
import { type EvaluationReport, type ExampleResult, failurePolicy, foldReport } from "../evaluate/index.ts";
import { asksOnce, type Example } from "../programs/index.ts";
import { BaseError, systemClock } from "../runtime/base/index.ts";
import { CallScope } from "./call-scope.ts";
import type { EvaluationTask } from "./evaluation-task.ts";
import { EvaluationWatch } from "./evaluation-watch.ts";
import { fromResultRecord, toResultRecord } from "./example-record.ts";
import { followSignal } from "./follow-signal.ts";
import { type ExampleTurn, LmTurn } from "./lm-turn.ts";
import type { SpawnedProgram } from "./program-tree.ts";
import { recordedLm } from "./recorded-lm.ts";
import { recordedTools } from "./recorded-tools.ts";
import { runExample } from "./run-example.ts";
import type { RunServices } from "./run-services.ts";
import { gatherings, spareTurns } from "./spare-turn.ts";
import { WorkLane } from "./work-lane.ts";

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
  const { rules, dataset } = task;
  const { clock, bus } = services;
  const startedMs = clock.now();
  const recorded = await recordedResults(task);
  const watch = new EvaluationWatch(bus, task, recorded.size);
  watch.started();
  try {
    const { results, ended } = await pullExamples(services, task, watch, recorded, signal);
    const report = foldReport(
      {
        dataset,
        exampleIds: dataset.exampleIds,
        metricNames: rules.metrics.map((metric) => metric.metricName),
        passThreshold: rules.passThreshold,
        seed: rules.seed,
        ...(rules.settings.compat === undefined ? {} : { compat: rules.settings.compat }),
      },
      results,
      { durationMs: clock.now() - startedMs, ...(ended === undefined ? {} : { ended }) },
    );
    watch.stopped(report);
    return report;
  } catch (error) {
    watch.failed(error, clock.now() - startedMs);
    throw error;
  }
}

/** Far less than the fastest models take, and nobody waits for it: the next request is out by then. */
const GATHERING_MS = 3;

interface Pulled {
  readonly results: readonly ExampleResult[];
  readonly ended?: { readonly status: "stopped" | "cancelled"; readonly reason: string };
}

async function pullExamples(
  services: RunServices,
  task: EvaluationTask,
  watch: EvaluationWatch,
  recorded: ReadonlyMap<string, ExampleResult>,
  signal: AbortSignal,
): Promise<Pulled> {
  const { rules, dataset } = task;
  const { clock } = services;
  const tree = await services.programs.spawn(task.program, { programName: task.programName });
  const results: ExampleResult[] = [];
  // Ends what is in flight when the evaluation itself fails: nobody would wait for it.
  const inner = new AbortController();
  const unfollow = followSignal(inner, signal);
  const spareTurn = spareTurns();
  // A clock that somebody moves by hand must find everything done that is ready.
  const gather = clock === systemClock ? gatherings(GATHERING_MS) : async () => {};
  let next = 0;
  let stopped: string | undefined;
  const mayGoOn = (): boolean => stopped === undefined && !inner.signal.aborted && rules.drain?.aborted !== true;
  /** Records a result and lets it count. */
  const settle = async ({ index, result, from }: Finished): Promise<void> => {
    // The next request goes out first: what is recorded a moment later is recorded together.
    if (rules.window > 1) await spareTurn();
    if (from === "run" && !(await recordResult(task, index, result, inner))) return;
    results.push(result);
    watch.exampleEnded(result, from);
  };
  const seen = { scored: 0, unscored: 0, failed: 0 };
  // The next example is made ready while the one before is being asked, and asks when that is answered.
  const sharesTurns = rules.window > 1 && asksOnce(task.program);
  const pull = async ({ turn, lanes }: Worker): Promise<void> => {
    // Where there are several workers, each has its next example under way while the one before is being recorded: nobody waits for a
    // disk with an empty window. A single one goes step by step.
    let settling: Promise<void> | undefined;
    let judging: Promise<"judged" | "cancelled"> | undefined;
    const judge = async (
      index: number,
      running: Promise<ExampleResult | undefined>,
      from: Finished["from"],
      own?: ExampleTurn,
    ) => {
      const result = await running;
      // At most one result of each worker waits for the recorder.
      await settling;
      if (result === undefined) return "cancelled";
      seen[result.outcome.status] += 1;
      // Judged when it is seen, not when it is recorded: a run that has failed often enough starts nothing more.
      const verdict = failurePolicy(rules.failurePolicy, seen);
      if (verdict !== "continue") stopped ??= verdict.stop;
      own?.judged();
      settling = settle({ index, result, from });
      // Awaited above or below; until then a failure must not count as unhandled.
      settling.catch(() => {});
      if (rules.window === 1) await settling;
      return "judged";
    };
    for (let turns = 0; mayGoOn(); turns++) {
      const index = next++;
      const exampleId = dataset.exampleIds[index];
      const example = dataset.examples[index];
      if (example === undefined || exampleId === undefined) break;
      const known = recorded.get(exampleId);
      const before = judging;
      if (known !== undefined) {
        if ((await before) === "cancelled") break;
        judging = judge(index, Promise.resolve(known), "record");
        await judging;
        continue;
      }
      watch.exampleStarted(exampleId);
      const lane = lanes[turns % 2] ?? lanes[0];
      const own = sharesTurns ? turn.next(lane) : undefined;
      const running = runOne(services, task, tree, exampleId, example, inner, lane, own);
      judging = judge(index, running, "run", own);
      judging.catch(() => {});
      const isAsked = turn.isShared && (await own?.asking(running)) === "asking";
      // Never three at once: whoever judges slowly is waited for.
      if ((await before) === "cancelled" || (!isAsked && (await judging) === "cancelled")) break;
      if (isAsked) await spareTurn();
    }
    await judging;
    await settling;
  };
  const workers = Math.min(rules.window, dataset.examples.length);
  const lane = (): WorkLane => new WorkLane(clock, inner.signal);
  const pulling = Array.from(
    { length: workers },
    (): Worker => ({ turn: new LmTurn(clock, mayGoOn, gather), lanes: [lane(), lane()] }),
  );
  try {
    await Promise.all(pulling.map(pull));
  } finally {
    unfollow();
    inner.abort();
    for (const { lanes } of pulling) for (const lane of lanes) lane.close();
    await tree.stop();
  }
  if (results.length === dataset.examples.length) return { results };
  if (stopped !== undefined) return { results, ended: { status: "stopped", reason: stopped } };
  return { results, ended: { status: "cancelled", reason: "The evaluation was cancelled." } };
}

/** Whoever takes one example after the other. */
interface Worker {
  readonly turn: LmTurn;
  /** In turn: one example may begin while the one before is being judged. */
  readonly lanes: readonly [WorkLane, WorkLane];
}

interface Finished {
  readonly index: number;
  readonly result: ExampleResult;
  readonly from: "run" | "record";
}

/** One example's outcome; undefined where the evaluation was cancelled meanwhile, so that a resume runs it again. */
async function runOne(
  { clock, metricSeats }: RunServices,
  { rules, trialId }: EvaluationTask,
  tree: SpawnedProgram,
  exampleId: string,
  example: Example,
  inner: AbortController,
  lane: WorkLane,
  turn: ExampleTurn | undefined,
): Promise<ExampleResult | undefined> {
  const scope = new CallScope({ runId: rules.runId, trialId, exampleId });
  try {
    const { result } = await runExample({
      execute: tree.execute,
      example,
      exampleId,
      lm: recordedLm(rules.route, scope, clock, rules.recording, turn),
      runTool: recordedTools(scope, clock, rules.recording),
      scope,
      metrics: rules.metrics,
      seats: metricSeats,
      purpose: "evaluation",
      settings: rules.settings,
      timeoutMs: rules.exampleTimeoutMs,
      lane,
      ...(turn === undefined ? {} : { turn }),
      signal: inner.signal,
      clock,
    });
    return turn?.isWithdrawn === true ? undefined : result;
  } catch (error) {
    return giveUp(inner, error);
  }
}

/** Whether a result is written; false where the evaluation was given up meanwhile. */
async function recordResult(
  { rules, trialId }: EvaluationTask,
  index: number,
  result: ExampleResult,
  inner: AbortController,
): Promise<boolean> {
  const place = { runId: rules.runId, trialId, exampleId: result.exampleId };
  try {
    await rules.recording.recorder.record({ records: [toResultRecord(place, index, result)] });
    return true;
  } catch (error) {
    giveUp(inner, error);
    return false;
  }
}

/** Ends the evaluation with an error, unless it has ended already: then what fails afterwards is its echo. */
function giveUp(inner: AbortController, error: unknown): undefined {
  if (inner.signal.aborted) return undefined;
  inner.abort(error);
  throw error;
}

async function recordedResults({
  rules,
  trialId,
  dataset,
  results,
}: EvaluationTask): Promise<Map<string, ExampleResult>> {
  const found = new Map<string, ExampleResult>();
  const store = rules.recording.replayFrom;
  if (store === undefined || results === "anew") return found;
  const planned = new Set(dataset.exampleIds);
  for await (const record of store.list("example-result", { prefix: { runId: rules.runId, trialId } })) {
    if (!planned.has(record.exampleId)) continue;
    if (rules.recording.retryFailed === true && record.outcome.status === "failed") continue;
    found.set(record.exampleId, fromResultRecord(record));
  }
  return found;
}

/** The run ended because its caller said so. What was finished stays, and the run can be resumed. */
export function runCancelled(runId: string, partial?: EvaluationReport): BaseError {
  return new BaseError(
    "RUN_CANCELLED",
    `Run ${runId} was cancelled. What was finished is kept; resume it with runtime.resume("${runId}", …) or dspex resume ${runId}.`,
    { retryable: true, details: { runId, ...(partial === undefined ? {} : { report: partial }) } },
  );
}
