// The failures of pipelines themselves; those of their steps pass through unchanged.
// Knows nothing of how steps are run.
import { BaseError, errorCode, thrownText } from "../runtime/base/index.ts";
import type { StepRecord } from "./pipeline-steps.ts";

/** A pipeline cannot be built like this. */
export function pipelineInvalid(problem: string, details: Readonly<Record<string, unknown>> = {}): BaseError {
  return new BaseError("PIPELINE_INVALID", `The pipeline cannot be built: ${problem}.`, {
    details: { problem, ...details },
  });
}

/** Two steps that ran side by side answered the same name. */
export function outputClash(path: string, output: string, steps: readonly [string, string]): BaseError {
  return new BaseError(
    "PIPELINE_OUTPUT_CLASH",
    `Both \`${steps[0]}\` and \`${steps[1]}\`, which run side by side in \`${path}\`, answered \`${output}\`. Give their outputs different names, or run one after the other.`,
    { details: { path, output, steps } },
  );
}

/** A pipeline that goes on after failures has nothing to answer. */
export function pipelineFailed(path: string, failures: readonly StepRecord[]): BaseError {
  const told = failures.map(({ step, error }) => `\n  \`${step}\`: ${thrownText(error)}`).join("");
  const [first] = failures;
  return new BaseError("PIPELINE_FAILED", `No step of \`${path}\` gave anything that it answers.${told}`, {
    ...(first === undefined ? {} : { cause: first.error }),
    details: {
      path,
      failures: failures.map(({ step, error }) => ({
        step,
        code: errorCode(error),
        message: thrownText(error),
      })),
    },
  });
}
