// The failures of evaluation, worded once.
// Knows nothing of who raises them.
import { BaseError, thrownText } from "../runtime/base/index.ts";

/** A metric threw: the example fails, the evaluation goes on. */
export function metricFailed(metricName: string, cause: unknown): BaseError {
  const said = thrownText(cause);
  return new BaseError(
    "EVALUATION_METRIC_FAILED",
    `Metric "${metricName}" threw: ${said}. Mend the metric, or have it answer { unscored: reason } where it cannot tell.`,
    { cause, details: { metric: metricName } },
  );
}

/** A metric answered something that is no score: the example fails, the evaluation goes on. */
export function metricInvalid(metricName: string, found: string): BaseError {
  return new BaseError(
    "EVALUATION_METRIC_INVALID",
    `Expected metric "${metricName}" to answer a finite number, a boolean, { score } or { unscored: reason }, found ${found}.`,
    { details: { metric: metricName, found } },
  );
}

/** The list of metrics itself is wrong. */
export function metricsInvalid(message: string, details: Readonly<Record<string, unknown>> = {}): BaseError {
  return new BaseError("EVALUATION_METRIC_INVALID", message, { details });
}

/** There is nothing to work on. */
export function datasetEmpty(name: string): BaseError {
  return new BaseError(
    "EVALUATION_DATASET_EMPTY",
    `Expected at least one example in data set "${name}", found none. Check the file, or the filter or ratio it went through.`,
    { details: { dataset: name } },
  );
}

/** A data set's ids, ratios or sizes do not fit its examples. */
export function datasetInvalid(
  name: string,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): BaseError {
  return new BaseError("EVALUATION_DATASET_INVALID", `Data set "${name}": ${message}`, {
    details: { dataset: name, ...details },
  });
}

/** A line of a JSONL file is no JSON object. */
export function lineMalformed(file: string, line: number, column: number, found: string): BaseError {
  return new BaseError(
    "EVALUATION_LINE_MALFORMED",
    `Expected a JSON object at ${file}:${line}:${column}, found ${found}. Each line is one object, such as {"question": "…", "answer": "…"}.`,
    { details: { file, line, column, found } },
  );
}

/** A file of examples could not be read. */
export function sourceUnreadable(file: string, cause: unknown): BaseError {
  const said = thrownText(cause);
  return new BaseError(
    "EVALUATION_SOURCE_UNREADABLE",
    `Expected a readable file of examples at ${file}: ${said}. Check the path and its permissions.`,
    { cause, details: { file } },
  );
}

/** The outcomes handed to a report do not belong to its plan. */
export function planMismatched(message: string, details: Readonly<Record<string, unknown>>): BaseError {
  return new BaseError("EVALUATION_PLAN_MISMATCHED", message, { details });
}
