// BootstrapFewShot: its options, and the optimizer made of them.
// Knows nothing of how bootstrapping goes; `bootstrap.ts` does.
import { type Metric, type NamedMetric, namedMetrics } from "../evaluate/index.ts";
import type { LmOptions } from "../programs/index.ts";
import type { JsonObject } from "../runtime/base/index.ts";
import { type BootstrapRules, bootstrap } from "./bootstrap.ts";
import { aFunction, anObject, checkOptions, numberBetween, type OptionRule, wholeNumber } from "./options.ts";
import type { Optimizer } from "./study.ts";

/** Options of `bootstrapFewShot`; all of DSPy's, with its defaults. */
export interface BootstrapFewShotOptions {
  /** Judges the teacher's runs instead of the study's primary metric. With neither, every run that does not fail passes. */
  readonly metric?: Metric;
  /** A run passes at or above this score. Absent, or 0 as in DSPy: at any score but 0; set it for a graded metric. */
  readonly metricThreshold?: number;
  /** How many examples are bootstrapped at most. Default 4. */
  readonly maxBootstrappedDemos?: number;
  /** How many demonstrations a predictor is shown in all, filled up with labelled examples. Default 16. */
  readonly maxLabeledDemos?: number;
  /** How often an example is tried; later rounds at temperature 1. Default 1. */
  readonly maxRounds?: number;
  /** At how many failed runs it gives up. Default 10. */
  readonly maxErrors?: number;
  /** LM options of the teacher's runs, over the program's own. */
  readonly teacherOptions?: LmOptions;
}

/** One rule per option of a bootstrap. */
export const bootstrapOptionRules: Readonly<Record<keyof BootstrapFewShotOptions, OptionRule>> = {
  metric: aFunction,
  metricThreshold: numberBetween(),
  maxBootstrappedDemos: wholeNumber(0),
  maxLabeledDemos: wholeNumber(0),
  maxRounds: wholeNumber(1),
  maxErrors: wholeNumber(1),
  teacherOptions: anObject,
};

/**
 * Runs the teacher on training examples and shows the student the runs that passed, filled up with labelled examples.
 *
 * Examples are tried in their order until enough passed, so a run costs only what it needs. Evaluates nothing.
 * @throws OPTIMIZER_OPTION_UNKNOWN, OPTIMIZER_OPTION_INVALID.
 */
export function bootstrapFewShot(options: BootstrapFewShotOptions = {}): Optimizer {
  const optimizerName = "bootstrap-few-shot";
  checkOptions(optimizerName, options, bootstrapOptionRules);
  const rules = bootstrapRules(options);
  return {
    optimizerName,
    options: bootstrapRulesToJson(rules),
    async compile(study) {
      const { program, kept, attempts, failures } = await bootstrap(study, study.trainset.examples, "bootstrap", rules);
      const proposal = {
        kind: "bootstrapped",
        kept: kept.map((index) => study.trainset.exampleIds[index] ?? String(index)),
        attempts,
        failures,
      };
      study.decide("demonstrations-bootstrapped", proposal);
      return { best: program, candidates: [{ trialId: "bootstrap", score: null, proposal, program }] };
    },
  };
}

/** The rules of options, defaults filled in. */
export function bootstrapRules(options: BootstrapFewShotOptions): BootstrapRules {
  const { metric, metricThreshold, teacherOptions } = options;
  return {
    maxBootstrappedDemos: options.maxBootstrappedDemos ?? 4,
    maxLabeledDemos: options.maxLabeledDemos ?? 16,
    maxRounds: options.maxRounds ?? 1,
    maxErrors: options.maxErrors ?? 10,
    ...(metricThreshold === undefined ? {} : { metricThreshold }),
    ...(teacherOptions === undefined ? {} : { teacherOptions }),
    ...(metric === undefined ? {} : { metric: nameOne(metric) }),
  };
}

/** Rules as a record keeps them: a metric by its name. */
export function bootstrapRulesToJson({ metric, teacherOptions, ...rest }: BootstrapRules): JsonObject {
  return {
    ...rest,
    ...(metric === undefined ? {} : { metric: metric.metricName }),
    // LmOptions hold JSON only; the spread makes the object that JSON sees.
    ...(teacherOptions === undefined ? {} : { teacherOptions: { ...teacherOptions } as JsonObject }),
  };
}

function nameOne(metric: Metric): NamedMetric {
  const [named] = namedMetrics(metric);
  return named ?? { metricName: "metric", metric };
}
