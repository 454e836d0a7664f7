// The study that an optimizer works in: runs and trials that are recorded, supervised, and answered from the record when they are there.
// Knows nothing of any optimizer.
import type { Dataset, EvaluationReport, Outcome } from "../evaluate/index.ts";
import type { Study, StudyRun, StudyRunOptions, Trial, TrialOptions } from "../optimizers/index.ts";
import { type Example, type Module, type ProgramSettings, programHash, programState } from "../programs/index.ts";
import { BaseError, contentHash, type ErrorRecord, type JsonObject, toErrorRecord } from "../runtime/base/index.ts";
import type { TrialRecord } from "../stores/index.ts";
import { CallScope } from "./call-scope.ts";
import { toResultRecord } from "./example-record.ts";
import { Gate } from "./gate.ts";
import { recordedLm } from "./recorded-lm.ts";
import { type EvaluationRules, runCancelled, runEvaluation } from "./run-evaluation.ts";
import { runExample } from "./run-example.ts";
import type { RunServices } from "./run-services.ts";

/** What a study is made of. */
export interface StudyParts {
  readonly rules: EvaluationRules;
  readonly programName: string;
  readonly student: Module;
  readonly teacher?: Module;
  readonly trainset: Dataset;
  readonly valset: Dataset;
  readonly parallelTrials: number;
}

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
  readonly #services: RunServices;
  readonly #parts: StudyParts;
  readonly #trials: Gate;
  readonly #exampleIds = new Map<Example, string>();
  readonly #unwritten: Promise<void>[] = [];
  #decisions = 0;

  constructor(services: RunServices, parts: StudyParts, signal: AbortSignal) {
    this.#services = services;
    this.#parts = parts;
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
  }

  async run(program: Module, example: Example, options: StudyRunOptions): Promise<StudyRun> {
    this.#mayGoOn();
    const { clock } = this.#services;
    const { rules } = this.#parts;
    const exampleId = this.#exampleIds.get(example) ?? contentHash(example);
    const place = { runId: rules.runId, trialId: options.slot, exampleId };
    const scope = new CallScope(place);
    const judged = options.metric === true ? rules.metrics.slice(0, 1) : [];
    // A recorded judgement stands even where the metric would now say something else: what followed was built on it.
    const recorded = judged.length === 0 ? undefined : await rules.recording.replayFrom?.get("example-result", place);
    const tree = await this.#services.programs.spawn(program, { programName: this.#parts.programName });
    try {
      const run = await runExample({
        execute: tree.execute,
        example,
        exampleId,
        lm: recordedLm(rules.route, scope, clock, rules.recording),
        scope,
        metrics: recorded === undefined ? judged : [],
        purpose: "bootstrapping",
        settings: settingsOf(rules.settings, options),
        timeoutMs: rules.exampleTimeoutMs,
        signal: this.signal,
        clock,
      });
      if (judged.length > 0 && recorded === undefined) {
        await rules.recording.recorder.record({ records: [toResultRecord(place, 0, run.result)] });
      }
      // The store has checked a recorded outcome's shape; this file wrote it.
      const outcome = (recorded?.outcome as Outcome | undefined) ?? run.result.outcome;
      if (outcome.status === "failed") return { status: "failed", error: outcome.error };
      if (run.prediction === undefined) return { status: "failed", error: failureOf(run.result.outcome) };
      const done = { status: "done", prediction: run.prediction, trace: run.trace } as const;
      if (judged.length === 0) return done;
      const score = outcome.status === "scored" ? (outcome.scores[this.metricNames[0] ?? ""]?.score ?? null) : null;
      return { ...done, score };
    } finally {
      await tree.stop();
    }
  }

  async evaluate(candidate: Module, options: TrialOptions): Promise<Trial> {
    this.#mayGoOn();
    return this.#trials.pass(() => this.#evaluate(candidate, options), this.signal);
  }

  decide(kind: string, facts: JsonObject): void {
    const { rules } = this.#parts;
    const trialId = typeof facts.trialId === "string" ? { trialId: facts.trialId } : {};
    const written = rules.recording.recorder.record({
      records: [
        {
          kind: "decision",
          version: 1,
          runId: rules.runId,
          ordinal: this.#decisions++,
          decisionKind: kind,
          facts,
          ...trialId,
          at: Math.floor(this.#services.clock.wallMs()),
        },
      ],
    });
    // Awaited by `settled`; until then a failure must not count as unhandled.
    written.catch(() => {});
    this.#unwritten.push(written);
  }

  /** Waits until every decision is written. Rejects where one could not be. */
  async settled(): Promise<void> {
    await Promise.all(this.#unwritten);
  }

  async #evaluate(candidate: Module, { trialId, proposal, dataset = this.valset }: TrialOptions): Promise<Trial> {
    this.#mayGoOn();
    const { rules, programName } = this.#parts;
    const { runId, recording } = rules;
    const candidateHash = programHash(candidate);
    const earlier = await recording.replayFrom?.get("trial", { runId, trialId });
    if (earlier !== undefined) {
      const proposed = await recording.replayFrom?.get("candidate", { runId, candidateId: earlier.candidateId });
      if (proposed !== undefined && proposed.programHash !== candidateHash) throw runDiverged(runId, trialId);
      // Written by this file from a report; the store has checked that it is JSON.
      if (earlier.status === "done") return toTrial(trialId, earlier.report as unknown as EvaluationReport);
    }
    const head = {
      kind: "trial",
      version: 1,
      runId,
      trialId,
      candidateId: trialId,
      datasetHash: dataset.hash,
      ...(proposal === undefined ? {} : { proposal }),
      startedAt: earlier?.startedAt ?? Math.floor(this.#services.clock.wallMs()),
    } as const;
    await recording.recorder.record({
      records: [
        {
          kind: "candidate",
          version: 1,
          runId,
          candidateId: trialId,
          programHash: candidateHash,
          programState: programState(candidate),
          ...(proposal === undefined ? {} : { proposal }),
          parents: [],
          createdAt: head.startedAt,
        },
        { ...head, status: "proposed" },
      ],
    });
    const report = await runEvaluation(
      this.#services,
      { rules, trialId, program: candidate, programName, dataset },
      this.signal,
    );
    if (report.results.status === "cancelled") throw runCancelled(runId);
    const trial = toTrial(trialId, report);
    const done: TrialRecord = {
      ...head,
      status: "done",
      report: JSON.parse(JSON.stringify(report)),
      ...(trial.score === null ? {} : { score: trial.score }),
      endedAt: Math.floor(this.#services.clock.wallMs()),
    };
    await recording.recorder.record({ records: [done] });
    return trial;
  }

  #mayGoOn(): void {
    const { runId, drain } = this.#parts.rules;
    if (this.signal.aborted || drain?.aborted === true) throw runCancelled(runId);
  }
}

function settingsOf(settings: ProgramSettings, { lm, rolloutId }: StudyRunOptions): ProgramSettings {
  return {
    ...settings,
    ...(lm === undefined ? {} : { lm: { ...settings.lm, ...lm } }),
    ...(rolloutId === undefined ? {} : { rolloutId }),
  };
}

/** A trial that was given up has no score: the few examples that got through must not make it the best. */
function toTrial(trialId: string, report: EvaluationReport): Trial {
  return { trialId, score: report.results.status === "complete" ? report.results.score : null, report };
}

function failureOf(outcome: Outcome): ErrorRecord {
  return outcome.status === "failed" ? outcome.error : toErrorRecord(new Error("The program gave no prediction."));
}

function runDiverged(runId: string, trialId: string): BaseError {
  return new BaseError(
    "RUN_DIVERGED",
    `Run ${runId} proposed another program for trial "${trialId}" than before it was interrupted. The optimizer, a metric or the data ` +
      "gives different answers each time (chance without a seed, time, arrival order). Make it repeatable, or start a new run.",
    { details: { runId, trialId } },
  );
}
