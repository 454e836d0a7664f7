// The study that an optimizer works in: runs and trials that are recorded, supervised, and answered from the record when they are there.
// Knows nothing of any optimizer.
import type { Dataset, Outcome } from "../evaluate/index.ts";
import type {
  AboutStudy,
  OptimizerEvent,
  Study,
  StudyRemote,
  StudyRun,
  StudyRunOptions,
  Trial,
  TrialOptions,
} from "../optimizers/index.ts";
import type { Example, Module, ProgramSettings } from "../programs/index.ts";
import {
  canonicalJson,
  contentHash,
  type ErrorRecord,
  errorCode,
  type JsonObject,
  toErrorRecord,
} from "../runtime/base/index.ts";
import type { EventNamed } from "../runtime/index.ts";
import type { DecisionRecord, ExampleResultRecord } from "../stores/index.ts";
import { type CallPlace, CallScope } from "./call-scope.ts";
import { toResultRecord } from "./example-record.ts";
import { Gate } from "./gate.ts";
import { recordedLm } from "./recorded-lm.ts";
import { recordedTools } from "./recorded-tools.ts";
import { runCancelled } from "./run-evaluation.ts";
import { runExample } from "./run-example.ts";
import type { RunServices } from "./run-services.ts";
import { runTrial } from "./run-trial.ts";
import { emitOptimizerEvent, type StudyParts } from "./study-parts.ts";
import { type RemoteStudy, studyRemote } from "./study-remote.ts";
import { WorkLane } from "./work-lane.ts";

/** A study whose runs and trials are recorded. */
export class RecordedStudy implements Study {
  readonly student: Module;
  readonly teacher?: Module;
  readonly trainset: Dataset;
  readonly valset: Dataset;
  readonly seed: number;
  readonly parallelTrials: number;
  readonly metricNames: readonly string[];
  readonly compat?: "dspy-3.3.1";
  readonly signal: AbortSignal;
  readonly remote?: StudyRemote;
  readonly #services: RunServices;
  #parts: StudyParts;
  readonly #about: AboutStudy;
  readonly #trials: Gate;
  readonly #exampleIds = new Map<Example, string>();
  readonly #unwritten: Promise<void>[] = [];
  #decisions = 0;
  #status: "open" | "refused" = "open";

  constructor(services: RunServices, parts: StudyParts, signal: AbortSignal) {
    this.#services = services;
    this.#parts = parts;
    this.#about = { runId: parts.rules.runId, optimizer: parts.optimizerName };
    this.student = parts.student;
    if (parts.teacher !== undefined) this.teacher = parts.teacher;
    this.trainset = parts.trainset;
    this.valset = parts.valset;
    this.seed = parts.rules.seed;
    this.parallelTrials = parts.parallelTrials;
    this.metricNames = parts.rules.metrics.map((metric) => metric.metricName);
    if (parts.rules.settings.compat !== undefined) this.compat = parts.rules.settings.compat;
    this.signal = signal;
    this.#trials = new Gate(parts.parallelTrials);
    for (const dataset of [parts.valset, parts.trainset]) {
      dataset.examples.forEach((example, index) => {
        this.#exampleIds.set(example, dataset.exampleIds[index] ?? String(index));
      });
    }
    if (services.python !== undefined) this.remote = studyRemote(services, services.python, this.#asRemoteStudy());
  }

  async run(program: Module, example: Example, options: StudyRunOptions): Promise<StudyRun> {
    this.#mayGoOn();
    const { clock } = this.#services;
    const { rules } = this.#parts;
    const exampleId = this.#exampleIdOf(example);
    const place = { runId: rules.runId, trialId: options.slot, exampleId };
    const scope = new CallScope(place);
    const judged = options.metric === true ? rules.metrics.slice(0, 1) : [];
    // A recorded judgement stands even where the metric would now say something else: what followed was built on it.
    const recorded = judged.length === 0 ? undefined : await this.#judgement(place);
    const tree = await this.#services.programs.spawn(program, { programName: this.#parts.programName });
    const startedMs = clock.now();
    const lane = new WorkLane(clock, this.signal);
    let status: StudyRun["status"] = "failed";
    try {
      const run = await runExample({
        execute: tree.execute,
        example,
        exampleId,
        lm: recordedLm(rules.route, scope, clock, rules.recording),
        runTool: recordedTools(scope, clock, rules.recording),
        scope,
        metrics: recorded === undefined ? judged : [],
        seats: this.#services.metricSeats,
        purpose: "bootstrapping",
        settings: settingsOf(rules.settings, options),
        timeoutMs: rules.exampleTimeoutMs,
        lane,
        signal: this.signal,
        clock,
      });
      if (judged.length > 0 && recorded === undefined) {
        await rules.recording.recorder.record({ records: [toResultRecord(place, 0, run.result)] });
      }
      // The store has checked a recorded outcome's shape; this file wrote it.
      const outcome = (recorded?.outcome as Outcome | undefined) ?? run.result.outcome;
      const { trace } = run;
      const { measures } = run.result;
      if (outcome.status === "failed") return { status: "failed", error: outcome.error, trace, measures };
      if (run.prediction === undefined) {
        return { status: "failed", error: failureOf(run.result.outcome), trace, measures };
      }
      status = "done";
      const done = { status, prediction: run.prediction, trace, measures } as const;
      if (judged.length === 0) return done;
      const score = outcome.status === "scored" ? (outcome.scores[this.metricNames[0] ?? ""]?.score ?? null) : null;
      return { ...done, score };
    } finally {
      lane.close();
      await tree.stop();
      this.#emit("optimizer.demonstration.stopped", () => ({
        measures: { durationMs: clock.now() - startedMs },
        about: { ...this.#about, slot: options.slot, status },
      }));
    }
  }

  async evaluate(candidate: Module, options: TrialOptions): Promise<Trial> {
    this.#mayGoOn();
    return this.#trials.pass(() => this.#watchTrial(candidate, options), this.signal);
  }

  decide(kind: string, facts: JsonObject): void {
    const { rules } = this.#parts;
    const ordinal = this.#decisions++;
    const trialId = typeof facts.trialId === "string" ? { trialId: facts.trialId } : {};
    const written = this.#recordDecision({
      kind: "decision",
      version: 1,
      runId: rules.runId,
      ordinal,
      decisionKind: kind,
      facts,
      ...trialId,
      at: Math.floor(this.#services.clock.wallMs()),
    });
    // Awaited by `settled`; until then a failure must not count as unhandled.
    written.catch(() => {});
    this.#unwritten.push(written);
    const decided = { ...this.#about, decisionKind: kind, ...trialId };
    void written.then(
      () => this.#emit("optimizer.decision.recorded", () => ({ measures: { ordinal }, about: decided })),
      () => {}, // `settled` tells of the failure.
    );
  }

  /**
   * Waits until every decision is written. Rejects where one could not be, and with RUN_CANCELLED where the study had to refuse something:
   * an optimizer that took that for an ordinary failure has come to a result that its own rerun would not.
   */
  async settled(): Promise<void> {
    await Promise.all(this.#unwritten);
    if (this.#status === "refused") throw runCancelled(this.#parts.rules.runId);
  }

  /** Writes a decision, unless it stands in the record already: a replay decides the same again. */
  async #recordDecision(decision: DecisionRecord): Promise<void> {
    const { recorder, replayFrom } = this.#parts.rules.recording;
    const { runId, ordinal, at } = decision;
    const earlier = await replayFrom?.get("decision", { runId, ordinal });
    if (earlier !== undefined && canonicalJson({ ...earlier, at }) === canonicalJson(decision)) return;
    await recorder.record({ records: [decision] });
  }

  async #judgement(place: CallPlace): Promise<ExampleResultRecord | undefined> {
    const { replayFrom, retryFailed } = this.#parts.rules.recording;
    const recorded = await replayFrom?.get("example-result", place);
    return retryFailed === true && recorded?.outcome.status === "failed" ? undefined : recorded;
  }

  async #watchTrial(candidate: Module, options: TrialOptions): Promise<Trial> {
    const { clock } = this.#services;
    const startedMs = clock.now();
    const about = { ...this.#about, trialId: options.trialId };
    const examples = (options.dataset ?? this.valset).examples.length;
    this.#emit("optimizer.trial.started", () => ({ measures: { examples }, about }));
    try {
      const { trial, from } = await runTrial(this.#services, this.#parts, candidate, options, this.signal);
      this.#emit("optimizer.trial.stopped", () => ({
        measures: {
          durationMs: clock.now() - startedMs,
          failed: trial.report.results.counts.failed,
          ...(trial.score === null ? {} : { score: trial.score }),
        },
        about: { ...about, from },
      }));
      return trial;
    } catch (error) {
      const measures = { durationMs: clock.now() - startedMs };
      this.#emit("optimizer.trial.failed", () => ({ measures, about: { ...about, code: errorCode(error) } }));
      throw error;
    }
  }

  #emit<Type extends OptimizerEvent["type"]>(
    type: Type,
    content: () => Pick<EventNamed<OptimizerEvent, Type>, "measures" | "about">,
  ): void {
    emitOptimizerEvent(this.#services.bus, this.#parts.rules.runId, type, content);
  }

  /** What the way to Python needs of it. */
  #asRemoteStudy(): RemoteStudy {
    return {
      parts: () => this.#parts,
      signal: this.signal,
      mayGoOn: () => this.#mayGoOn(),
      exampleIdOf: (example) => this.#exampleIdOf(example),
      restart: () => {
        const { rules } = this.#parts;
        // From now on also of a new run something is recorded.
        const recording = { ...rules.recording, replayFrom: this.#services.store };
        this.#parts = { ...this.#parts, rules: { ...rules, recording } };
        this.#decisions = 0;
      },
    };
  }

  #exampleIdOf(example: Example): string {
    return this.#exampleIds.get(example) ?? contentHash(example);
  }

  #mayGoOn(): void {
    const { runId, drain } = this.#parts.rules;
    if (!this.signal.aborted && drain?.aborted !== true) return;
    this.#status = "refused";
    throw runCancelled(runId);
  }
}

function settingsOf(settings: ProgramSettings, { lm, rolloutId, model }: StudyRunOptions): ProgramSettings {
  return {
    ...settings,
    ...(model === undefined ? {} : { model }),
    ...(lm === undefined ? {} : { lm: { ...settings.lm, ...lm } }),
    ...(rolloutId === undefined ? {} : { rolloutId }),
  };
}

function failureOf(outcome: Outcome): ErrorRecord {
  return outcome.status === "failed" ? outcome.error : toErrorRecord(new Error("The program gave no prediction."));
}
