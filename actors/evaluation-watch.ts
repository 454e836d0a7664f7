// Adds up an evaluation's outcomes as they come, for the failure policy, for whoever watches, and for the bus.
// Knows nothing of how examples are run.
import type { EvaluationReport, ExampleResult, FailureCounts } from "../evaluate/index.ts";
import { errorCode } from "../runtime/base/index.ts";
import type { EvaluationTask } from "./evaluation-task.ts";
import type { AppBus } from "./events.ts";

const SOURCE = "harness";

/** The watch over one evaluation. */
export class EvaluationWatch {
  readonly #bus: AppBus;
  readonly #task: EvaluationTask;
  readonly #replayed: number;
  readonly #about: { readonly runId: string; readonly trialId: string };
  readonly #span: { readonly spanId: string; readonly parentSpanId: string };
  #scored = 0;
  #unscored = 0;
  #failed = 0;
  #sum = 0;

  constructor(bus: AppBus, task: EvaluationTask, replayed: number) {
    const { runId } = task.rules;
    this.#bus = bus;
    this.#task = task;
    this.#replayed = replayed;
    this.#about = { runId, trialId: task.trialId };
    this.#span = { spanId: `${runId}/${task.trialId}`, parentSpanId: runId };
  }

  /** How many examples ended which way so far. */
  get counts(): FailureCounts {
    return { scored: this.#scored, unscored: this.#unscored, failed: this.#failed };
  }

  started(): void {
    const { rules, dataset } = this.#task;
    this.#bus.emitLazy(
      "evaluation.run.started",
      SOURCE,
      () => ({
        measures: { planned: dataset.examples.length, recorded: this.#replayed, window: rules.window },
        about: { ...this.#about, dataset: dataset.name, metrics: rules.metrics.map((metric) => metric.metricName) },
      }),
      this.#span,
    );
  }

  exampleStarted(exampleId: string): void {
    if (!this.#bus.has("evaluation.example.started")) return;
    this.#bus.emit(
      "evaluation.example.started",
      SOURCE,
      {},
      { ...this.#about, exampleId },
      this.#exampleSpan(exampleId),
    );
  }

  /** Counts an outcome. It is a fact by now: recorded, or read from the record. */
  exampleEnded(result: ExampleResult, from: "run" | "record"): void {
    const score = this.#count(result);
    if (from === "run") this.#emitEnd(result, score);
    const { rules, trialId, dataset } = this.#task;
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

  stopped({ results, measures }: EvaluationReport): void {
    this.#bus.emitLazy(
      "evaluation.run.stopped",
      SOURCE,
      () => ({
        measures: {
          durationMs: measures.durationMs,
          scored: results.counts.scored,
          unscored: results.counts.unscored,
          failed: results.counts.failed,
          missing: results.counts.missing,
          lmCalls: measures.lmCalls,
          ...(results.score === null ? {} : { score: results.score }),
          ...(measures.costUsd === "unknown" ? {} : { costUsd: measures.costUsd }),
        },
        about: {
          ...this.#about,
          status: results.status,
          ...(results.reason === undefined ? {} : { reason: results.reason }),
        },
      }),
      this.#span,
    );
  }

  failed(error: unknown, durationMs: number): void {
    const about = { ...this.#about, code: errorCode(error) };
    this.#bus.emitLazy("evaluation.run.failed", SOURCE, () => ({ measures: { durationMs }, about }), this.#span);
  }

  #count({ outcome }: ExampleResult): number | undefined {
    if (outcome.status === "failed") this.#failed += 1;
    else if (outcome.status === "unscored") this.#unscored += 1;
    else {
      const score = outcome.scores[this.#task.rules.metrics[0]?.metricName ?? ""]?.score ?? 0;
      this.#scored += 1;
      this.#sum += score;
      return score;
    }
    return undefined;
  }

  #emitEnd({ exampleId, outcome, measures }: ExampleResult, score: number | undefined): void {
    const { durationMs, lmCalls } = measures;
    const span = this.#exampleSpan(exampleId);
    const about = { ...this.#about, exampleId };
    if (outcome.status === "failed") {
      if (!this.#bus.has("evaluation.example.failed")) return;
      const code = outcome.error.code ?? outcome.error.name;
      this.#bus.emit("evaluation.example.failed", SOURCE, { durationMs, lmCalls }, { ...about, code }, span);
    } else if (this.#bus.has("evaluation.example.stopped")) {
      const scored = score === undefined ? {} : { score };
      const measured = { durationMs, lmCalls, ...scored };
      this.#bus.emit("evaluation.example.stopped", SOURCE, measured, { ...about, status: outcome.status }, span);
    }
  }

  #exampleSpan(exampleId: string) {
    return { spanId: `${this.#span.spanId}/${exampleId}`, parentSpanId: this.#span.spanId };
  }
}
