// What a metric is, and how several are named: the first one leads.
// Knows nothing of runs, reports or files.

import type { Example, TraceStep } from "../programs/index.ts";
import type { JsonObject } from "../runtime/base/index.ts";
import { metricsInvalid } from "./errors.ts";
import type { Score } from "./outcome.ts";

/** What a metric is told beside the example and the prediction. */
export interface MetricContext {
  /** `bootstrapping`: an optimizer asks whether this run is good enough to be shown as a demonstration. */
  readonly purpose: "evaluation" | "bootstrapping";
  /** Each predictor's inputs and outputs in this run, in order. Empty where the runner keeps none. */
  readonly trace: readonly TraceStep[];
  /** Aborts when the evaluation is cancelled; a metric that calls a model passes it on. */
  readonly signal?: AbortSignal;
}

/** A metric's "I cannot tell": the example counts as unscored, not as wrong. */
export interface Abstention {
  readonly unscored: string;
}

/** What a metric may answer. `true` is 1, `false` is 0. */
export type MetricAnswer = number | boolean | Score | Abstention;

/**
 * Judges one prediction against one example.
 *
 * Runs in the caller's thread. If it throws, the example fails with EVALUATION_METRIC_FAILED; if it answers anything but a
 * finite number, a boolean, `{ score }` or `{ unscored }`, with EVALUATION_METRIC_INVALID.
 */
export type Metric = MetricShape["judge"];

interface MetricShape {
  // A method, because methods are compared loosely: a metric may name the fields it reads, as in
  // `(example: Example<{ answer: string }>, prediction: { answer: string }) => …`.
  judge(
    example: Example,
    prediction: Readonly<Record<string, unknown>>,
    context: MetricContext,
  ): MetricAnswer | Promise<MetricAnswer>;
}

/** One metric, or several by name; the first named is the primary one. */
export type Metrics = Metric | Readonly<Record<string, Metric>>;

/** A metric and the name under which its scores are reported. */
export interface NamedMetric {
  readonly metricName: string;
  readonly metric: Metric;
}

/**
 * Lists the metrics in their order; a single function is called by its own name, or `metric` if it has none.
 *
 * @throws EVALUATION_METRIC_INVALID if none is given, or one is not a function.
 */
export function namedMetrics(metrics: Metrics): readonly NamedMetric[] {
  if (typeof metrics === "function")
    return [{ metricName: metrics.name === "" ? "metric" : metrics.name, metric: metrics }];
  const entries = Object.entries(metrics);
  if (entries.length === 0) {
    throw metricsInvalid(
      "Expected at least one metric, found an empty record. Pass a function, or { name: function }.",
    );
  }
  return entries.map(([metricName, metric]) => {
    if (typeof metric !== "function") {
      const found = metric === null ? "null" : typeof metric;
      throw metricsInvalid(`Expected metric "${metricName}" to be a function, found ${found}.`, { metric: metricName });
    }
    return { metricName, metric };
  });
}

/** A score with a reason that an optimizer may show to a model. */
export function scoreWithFeedback(score: number, feedback: string, details?: JsonObject): Score {
  return details === undefined ? { score, feedback } : { score, feedback, details };
}
