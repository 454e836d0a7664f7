// Ready-made metrics over one field: exact match, F1 and their kin, with DSPy's normalisation.
// Knows nothing of runs or reports; the comparing itself is in `text-match.ts`.
import type { Example } from "../programs/index.ts";
import type { Abstention, Metric } from "./metric.ts";
import { f1Score, hotPotF1Score, isExactMatch, isInPassage } from "./text-match.ts";

/** Which fields are compared. */
export interface AnswerMetricOptions {
  /** The example's field with the right answer, or a list of right answers. Default: the prediction's field. */
  readonly expected?: string;
}

/** How `exactMatch` compares. */
export interface ExactMatchOptions extends AnswerMetricOptions {
  /** `dspy`: as `normalizeText` makes both comparable. `none`: equal to the letter. Default `dspy`. */
  readonly normalize?: "dspy" | "none";
}

/**
 * Whether the prediction's field is a right answer: 1 or 0.
 *
 * Texts are normalised (case, ASCII punctuation, articles, white space); numbers and booleans are compared as they print. An example
 * without a right answer is unscored; a prediction without the field fails.
 */
export function exactMatch(field: string, options: ExactMatchOptions = {}): Metric {
  const equal =
    options.normalize === "none"
      ? (said: string, references: readonly string[]) => references.includes(said)
      : isExactMatch;
  return answerMetric("exactMatch", field, options, (said, references) => equal(said, references));
}

/** Token F1 of the prediction's field against the best right answer, 0 to 1. Unscored and failed as `exactMatch`. */
export function f1(field: string, options: AnswerMetricOptions = {}): Metric {
  return answerMetric("f1", field, options, f1Score);
}

/** F1 as HotPotQA counts it: yes, no and noanswer are right or wrong, never in between. */
export function hotPotF1(field: string, options: AnswerMetricOptions = {}): Metric {
  return answerMetric("hotPotF1", field, options, hotPotF1Score);
}

/** DSPy's `answer_exact_match` on the field `answer`: exact match, or with `frac` below 1 whether F1 reaches `frac`. */
export function answerExactMatch(options: { readonly frac?: number } = {}): Metric {
  const { frac = 1 } = options;
  return answerMetric("answerExactMatch", "answer", {}, (said, references) =>
    frac >= 1 ? isExactMatch(said, references) : f1Score(said, references) >= frac,
  );
}

/** DSPy's `answer_passage_match`: whether a passage in the prediction's `context` holds a right `answer` as whole words. */
export function answerPassageMatch(): Metric {
  return named("answerPassageMatch", (example, prediction) => {
    const references = referencesOf(example, "answer");
    if ("unscored" in references) return references;
    const passages = prediction.context;
    if (!Array.isArray(passages)) throw new Error(`expected a list of passages in "context", found ${typeof passages}`);
    return passages.some((passage) => references.answers.some((answer) => isInPassage(String(passage), answer)));
  });
}

function answerMetric(
  metricName: string,
  field: string,
  options: AnswerMetricOptions,
  judge: (said: string, references: readonly string[]) => number | boolean,
): Metric {
  return named(metricName, (example, prediction) => {
    const references = referencesOf(example, options.expected ?? field);
    if ("unscored" in references) return references;
    if (!Object.hasOwn(prediction, field)) {
      throw new Error(`the prediction has no "${field}"; it has ${Object.keys(prediction).join(", ") || "no fields"}`);
    }
    const said = toText(prediction[field]);
    return said === undefined ? 0 : judge(said, references.answers);
  });
}

function referencesOf(example: Example, field: string): { readonly answers: readonly string[] } | Abstention {
  const value = example.fields[field];
  const answers = (Array.isArray(value) ? value : [value]).map(toText).filter((text) => text !== undefined);
  return answers.length === 0 ? { unscored: `The example has no "${field}" to compare with.` } : { answers };
}

/** Text as it is, numbers and booleans as they print; undefined for all that is no single answer. */
function toText(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}

/** A single metric is reported under its function's name. */
function named(metricName: string, metric: Metric): Metric {
  return Object.defineProperty(metric, "name", { value: metricName });
}
