// LabeledFewShot: shows each predictor labelled examples, drawn by chance. Asks no model.
// Knows nothing of metrics or runs.
import type { Example, Module } from "../programs/index.ts";
import { Random } from "../runtime/base/index.ts";
import { predictorPaths, withDemonstrations, withoutDemonstrations } from "./demonstrations.ts";
import { checkOptions, trueOrFalse, wholeNumber } from "./options.ts";
import { streamSeed } from "./stream-seed.ts";
import type { Optimizer } from "./study.ts";

/** Options of `labeledFewShot`. */
export interface LabeledFewShotOptions {
  /** How many examples each predictor is shown. Default 16. */
  readonly k?: number;
  /** Draw them by chance (default), or take the first ones. */
  readonly sample?: boolean;
}

/**
 * Shows each predictor up to `k` labelled examples of the training set; costs nothing and evaluates nothing.
 *
 * One generator draws for all predictors in turn, as in DSPy, so they see different examples.
 * @throws OPTIMIZER_OPTION_UNKNOWN, OPTIMIZER_OPTION_INVALID.
 */
export function labeledFewShot(options: LabeledFewShotOptions = {}): Optimizer {
  const optimizerName = "labeled-few-shot";
  checkOptions(optimizerName, options, { k: wholeNumber(0), sample: trueOrFalse });
  const { k = 16, sample = true } = options;
  return {
    optimizerName,
    options: { k, sample },
    async compile(study) {
      const labels = { k, sample, seed: streamSeed(study, 0) };
      const best = labelDemonstrations(study.student, study.trainset.examples, labels);
      const proposal = { kind: "labeled", k, sample };
      return { best, candidates: [{ trialId: "labeled", score: null, proposal, program: best }] };
    },
  };
}

/** A copy of the program whose predictors are shown labelled examples instead of what they were shown before. */
export function labelDemonstrations<Program extends Module>(
  program: Program,
  examples: readonly Example[],
  { k, sample, seed }: { readonly k: number; readonly sample: boolean; readonly seed: number | bigint },
): Program {
  const random = new Random(seed);
  const count = Math.min(k, examples.length);
  const draw = () => (sample ? random.sample(examples, count) : examples.slice(0, count));
  const bare = withoutDemonstrations(program);
  const drawn = predictorPaths(bare).map((path) => [path, draw().map((example) => example.fields)] as const);
  return withDemonstrations(bare, new Map(drawn));
}
