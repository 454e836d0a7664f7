// Bootstrapping: the teacher runs on examples, and traces that pass the metric become demonstrations of the student.
// Knows nothing of options' defaults, of candidates or of scores over a data set.
import { type NamedMetric, scoreExample } from "../evaluate/index.ts";
import type { Example, FieldValues, LmOptions, Module, TraceStep } from "../programs/index.ts";
import { type ErrorRecord, Random } from "../runtime/base/index.ts";
import {
  type Demonstrations,
  demonstrationsOf,
  predictorPaths,
  withDemonstrations,
  withoutDemonstrations,
  withoutExample,
} from "./demonstrations.ts";
import { tooManyFailures } from "./errors.ts";
import { streamSeed } from "./stream-seed.ts";
import type { Study, StudyRun } from "./study.ts";
import { prepareTeacher } from "./teacher.ts";

/** How a bootstrap goes; all defaults are in force. */
export interface BootstrapRules {
  readonly maxBootstrappedDemos: number;
  readonly maxLabeledDemos: number;
  readonly maxRounds: number;
  readonly maxErrors: number;
  readonly metricThreshold?: number;
  readonly teacherOptions?: LmOptions;
  /** Judges instead of the study's primary metric. */
  readonly metric?: NamedMetric;
}

/** What a bootstrap made. */
export interface Bootstrapped {
  readonly program: Module;
  /** Places of the examples whose runs passed, in the order given. */
  readonly kept: readonly number[];
  readonly attempts: number;
  readonly failures: number;
}

/**
 * Bootstraps the study's student on `examples`, in their order, one after the other, until enough runs passed.
 *
 * `place` names it in slots: the run of one example is `<place>/example <index>/round <round>`.
 * Rejects with OPTIMIZER_TOO_MANY_FAILURES, OPTIMIZER_TEACHER_MISMATCHED.
 */
export async function bootstrap(
  study: Study,
  examples: readonly Example[],
  place: string,
  rules: BootstrapRules,
): Promise<Bootstrapped> {
  const seed = streamSeed(study, 0);
  const teacher = prepareTeacher(study, examples, { maxLabeledDemos: rules.maxLabeledDemos, seed });
  const student = withoutDemonstrations(study.student);
  const traces = new Map<string, FieldValues[]>(predictorPaths(student).map((path) => [path, []]));
  const kept: number[] = [];
  let shown = demonstrationsOf(teacher);
  let attempts = 0;
  let failures = 0;
  for (const [index, example] of examples.entries()) {
    if (kept.length >= rules.maxBootstrappedDemos) break;
    for (let round = 0; round < rules.maxRounds; round++) {
      attempts++;
      const hidden = withoutExample(shown, example);
      const slot = `${place}/example ${index}/round ${round}`;
      const verdict = await judge(study, withDemonstrations(teacher, hidden), example, slot, round, rules);
      if (verdict.status === "failed") {
        failures++;
        if (failures >= rules.maxErrors) {
          throw tooManyFailures(
            slot,
            failures,
            verdict.error,
            "Raise maxErrors to go on nevertheless, or mend what fails.",
          );
        }
        // DSPy puts the hidden demonstrations back only after a run that did not throw.
        if (study.compat !== undefined && verdict.by === "program") shown = hidden;
      } else if (verdict.status === "passed") {
        keepTrace(traces, verdict.trace);
        kept.push(index);
        break;
      }
    }
  }
  const labels = examples.filter((_, index) => !kept.includes(index));
  new Random(seed).shuffle(labels);
  const demonstrations = fillUp(traces, labels, rules, { seed, isShrinking: study.compat !== undefined });
  return { program: withDemonstrations(student, demonstrations), kept, attempts, failures };
}

type Verdict =
  | { readonly status: "passed"; readonly trace: readonly TraceStep[] }
  | { readonly status: "refused" }
  | { readonly status: "failed"; readonly by: "program" | "metric"; readonly error: ErrorRecord };

async function judge(
  study: Study,
  teacher: Module,
  example: Example,
  slot: string,
  round: number,
  rules: BootstrapRules,
): Promise<Verdict> {
  const isJudgedByStudy = rules.metric === undefined && study.metricNames.length > 0;
  // Rounds after the first ask for other answers: another rollout, at temperature 1.
  const lm = round === 0 ? rules.teacherOptions : { ...rules.teacherOptions, temperature: 1 };
  const run = await study.run(teacher, example, {
    slot,
    metric: isJudgedByStudy,
    ...(lm === undefined ? {} : { lm }),
    ...(round === 0 ? {} : { rolloutId: round }),
  });
  if (run.status === "failed") {
    const isMetric = run.error.code?.startsWith("EVALUATION_METRIC_") === true;
    return { status: "failed", by: isMetric ? "metric" : "program", error: run.error };
  }
  if (rules.metric === undefined) {
    return passes(isJudgedByStudy ? (run.score ?? null) : 1, rules) ? passed(run) : { status: "refused" };
  }
  const { metric } = rules;
  const outcome = await scoreExample([metric], example, run.prediction, {
    purpose: "bootstrapping",
    trace: run.trace,
    signal: study.signal,
  });
  if (outcome.status === "failed") return { status: "failed", by: "metric", error: outcome.error };
  const score = outcome.status === "scored" ? (outcome.scores[metric.metricName]?.score ?? null) : null;
  return passes(score, rules) ? passed(run) : { status: "refused" };
}

/** DSPy's rule: with a threshold other than 0, at or above it; without one, whatever Python takes for true. */
function passes(score: number | null, { metricThreshold }: BootstrapRules): boolean {
  if (score === null) return false;
  return metricThreshold === undefined || metricThreshold === 0 ? score !== 0 : score >= metricThreshold;
}

function passed(run: Extract<StudyRun, { status: "done" }>): Verdict {
  return { status: "passed", trace: run.trace };
}

/** Files a run's steps under their predictors. Of several steps of one predictor the last is kept: DSPy draws one with Python's pickle as seed, which nobody can repeat. */
function keepTrace(traces: Map<string, FieldValues[]>, trace: readonly TraceStep[]): void {
  const last = new Map(trace.map((step) => [step.path, step]));
  for (const [path, { inputs, outputs }] of last) traces.get(path)?.push({ augmented: true, ...inputs, ...outputs });
}

/** Adds labelled examples to the bootstrapped ones. Under `compat` each predictor draws from the draw of the one before, as DSPy does. */
function fillUp(
  traces: ReadonlyMap<string, readonly FieldValues[]>,
  labels: readonly Example[],
  { maxBootstrappedDemos, maxLabeledDemos }: BootstrapRules,
  { seed, isShrinking }: { readonly seed: number | bigint; readonly isShrinking: boolean },
): Demonstrations {
  const random = new Random(seed);
  let pool = labels;
  const demonstrations = new Map<string, readonly FieldValues[]>();
  for (const [path, steps] of traces) {
    const augmented = steps.slice(0, maxBootstrappedDemos);
    const size = Math.max(0, Math.min(maxLabeledDemos - augmented.length, pool.length));
    const drawn = random.sample(pool, size);
    if (isShrinking) pool = drawn;
    demonstrations.set(path, [...augmented, ...drawn.map((example) => example.fields)]);
  }
  return demonstrations;
}
