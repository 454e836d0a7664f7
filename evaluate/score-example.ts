// Has the metrics judge one prediction, and turns whatever they do into an outcome.
// Knows nothing of programs that run, of deadlines or of reports.
import type { Example, Prediction } from "../programs/index.ts";
import { canonicalJson, thrownText, toErrorRecord } from "../runtime/base/index.ts";
import { metricFailed, metricInvalid } from "./errors.ts";
import type { Abstention, MetricContext, NamedMetric } from "./metric.ts";
import type { Outcome, Score } from "./outcome.ts";

/**
 * Judges one prediction by all metrics, one after the other; the first is the primary one.
 *
 * Never rejects: a metric that throws or answers nonsense makes the outcome `failed`, with EVALUATION_METRIC_FAILED or
 * EVALUATION_METRIC_INVALID. An abstaining primary metric makes it `unscored`; another one is left out.
 */
export async function scoreExample(
  metrics: readonly NamedMetric[],
  example: Example,
  prediction: Prediction,
  context: MetricContext,
): Promise<Outcome> {
  const scores: Record<string, Score> = {};
  let abstention: string | undefined;
  for (const [position, { metricName, metric }] of metrics.entries()) {
    let answer: unknown;
    try {
      // A prediction's own properties are its outputs.
      answer = await metric(example, prediction as Readonly<Record<string, unknown>>, context);
    } catch (error) {
      return { status: "failed", error: toErrorRecord(metricFailed(metricName, error)) };
    }
    const verdict = toVerdict(answer);
    if (typeof verdict === "string") {
      return { status: "failed", error: toErrorRecord(metricInvalid(metricName, verdict)) };
    }
    if ("unscored" in verdict) {
      if (position === 0) abstention = verdict.unscored;
    } else {
      scores[metricName] = verdict;
    }
  }
  if (abstention === undefined) return { status: "scored", scores };
  return { status: "unscored", reason: abstention, ...(Object.keys(scores).length === 0 ? {} : { scores }) };
}

/** The answer as a score or an abstention, or in words what came instead. */
function toVerdict(answer: unknown): Score | Abstention | string {
  if (typeof answer === "boolean") return { score: answer ? 1 : 0 };
  if (typeof answer === "number") return Number.isFinite(answer) ? { score: answer } : String(answer);
  if (typeof answer !== "object" || answer === null) return answer === null ? "null" : describe(answer);
  if ("unscored" in answer) {
    return typeof answer.unscored === "string" ? { unscored: answer.unscored } : "{ unscored } without a reason";
  }
  if (!("score" in answer)) return `an object with ${Object.keys(answer).join(", ") || "no properties"}`;
  const { score } = answer;
  const value = typeof score === "boolean" ? Number(score) : score;
  if (typeof value !== "number" || !Number.isFinite(value)) return `{ score: ${describe(value)} }`;
  const feedback = "feedback" in answer ? answer.feedback : undefined;
  const details = "details" in answer ? answer.details : undefined;
  const fault = faultOfDetails(details);
  if (fault !== undefined) return fault;
  return {
    score: value,
    ...(typeof feedback === "string" ? { feedback } : {}),
    ...(isPlain(details) ? { details } : {}),
  };
}

/** Why details cannot be kept, or undefined where they can. */
function faultOfDetails(details: unknown): string | undefined {
  if (details === undefined) return undefined;
  if (!isPlain(details)) return `{ details } that are no plain object but ${describe(details)}`;
  try {
    canonicalJson(details);
    return undefined;
  } catch (error) {
    return `{ details } that are no JSON (${thrownText(error)})`;
  }
}

function isPlain(value: unknown): value is NonNullable<Score["details"]> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (typeof value === "string") return `the text ${JSON.stringify(value.slice(0, 40))}`;
  return typeof value === "number" ? String(value) : typeof value;
}
