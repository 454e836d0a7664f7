// BootstrapFewShotWithRandomSearch: several bootstraps on shuffled examples, the best on the validation set wins.
// Knows nothing of how one bootstrap goes or of who evaluates.
import type { Example, Module } from "../programs/index.ts";
import { type ErrorRecord, isBaseError, type JsonObject, Random, toErrorRecord } from "../runtime/base/index.ts";
import { type BootstrapRules, bootstrap } from "./bootstrap.ts";
import {
  type BootstrapFewShotOptions,
  bootstrapOptionRules,
  bootstrapRules,
  bootstrapRulesToJson,
} from "./bootstrap-few-shot.ts";
import { withoutDemonstrations } from "./demonstrations.ts";
import { metricMissing, nothingScored, optionInvalid, tooManyFailures } from "./errors.ts";
import { mapInParallel } from "./in-parallel.ts";
import { labelDemonstrations } from "./labeled-few-shot.ts";
import { checkOptions, numberBetween, trueOrFalse, wholeNumber, wholeNumbers } from "./options.ts";
import { rankCandidates } from "./ranking.ts";
import { streamSeed } from "./stream-seed.ts";
import type { Candidate, Optimizer, OptimizerResult, Study } from "./study.ts";
import type { Trial } from "./trial.ts";

/** Options of `bootstrapFewShotWithRandomSearch`; all of DSPy's, with its defaults. */
export interface RandomSearchOptions extends BootstrapFewShotOptions {
  /** How many shuffled bootstraps are tried, beside the bare program, the labelled one and the unshuffled bootstrap. Default 16. */
  readonly numCandidatePrograms?: number;
  /** Stops at the first candidate, in their order, that reaches this score; candidates are then tried one after the other. */
  readonly stopAtScore?: number;
  /** Which candidates are tried, by their seeds from -3 on. Default: all. */
  readonly restrict?: readonly number[];
  /** Whether the labelled candidate's examples are drawn by chance. Default true. */
  readonly labeledSample?: boolean;
  /** A candidate that failed on more than this share of the validation set wins only if all did. Default 0.1; not under `compat`. */
  readonly maxFailureShare?: number;
}

interface SearchRules extends BootstrapRules {
  readonly numCandidatePrograms: number;
  readonly stopAtScore?: number;
  readonly restrict?: readonly number[];
  readonly labeledSample: boolean;
  readonly maxFailureShare: number;
}

/**
 * Tries the bare program (seed -3), labelled demonstrations (-2), a bootstrap (-1) and `numCandidatePrograms` bootstraps on shuffled
 * examples (0 …), evaluates each on the validation set, and answers the best; of equals the first.
 *
 * Candidates are worked on in parallel, each on its own copy; the result does not depend on which is done first.
 * @throws OPTIMIZER_OPTION_UNKNOWN, OPTIMIZER_OPTION_INVALID. Compiling rejects with OPTIMIZER_METRIC_MISSING, OPTIMIZER_NOTHING_SCORED,
 * OPTIMIZER_TEACHER_MISMATCHED; under `compat` with OPTIMIZER_TOO_MANY_FAILURES where one candidate gives up.
 */
export function bootstrapFewShotWithRandomSearch(options: RandomSearchOptions = {}): Optimizer {
  const optimizerName = "bootstrap-few-shot-with-random-search";
  checkOptions(optimizerName, options, {
    ...bootstrapOptionRules,
    maxBootstrappedDemos: wholeNumber(1),
    numCandidatePrograms: wholeNumber(0),
    stopAtScore: numberBetween(),
    restrict: wholeNumbers,
    labeledSample: trueOrFalse,
    maxFailureShare: numberBetween(0, 1),
  });
  const { stopAtScore, restrict } = options;
  const rules: SearchRules = {
    ...bootstrapRules(options),
    numCandidatePrograms: options.numCandidatePrograms ?? 16,
    labeledSample: options.labeledSample ?? true,
    maxFailureShare: options.maxFailureShare ?? 0.1,
    ...(stopAtScore === undefined ? {} : { stopAtScore }),
    ...(restrict === undefined ? {} : { restrict }),
  };
  const seeds = seedsOf(optimizerName, rules);
  return {
    optimizerName,
    options: bootstrapRulesToJson(rules),
    compile: (study) => search(optimizerName, study, seeds, rules),
  };
}

interface Tried {
  readonly seed: number;
  readonly proposal: JsonObject;
  readonly program: Module;
  readonly trial: Trial;
}

interface GivenUp {
  readonly seed: number;
  readonly error: ErrorRecord;
}

async function search(
  optimizerName: string,
  study: Study,
  seeds: readonly number[],
  rules: SearchRules,
): Promise<OptimizerResult> {
  if (study.metricNames.length === 0) throw metricMissing(optimizerName);
  // A search that may stop early goes one by one: candidates after the stop would be paid for and thrown away.
  const width = rules.stopAtScore === undefined ? study.parallelTrials : 1;
  const hasReached = ({ trial }: Tried) => trial.score !== null && trial.score >= (rules.stopAtScore ?? Infinity);
  const results = await mapInParallel(seeds, width, (seed) => tryCandidate(study, seed, rules), {
    isLast: (result) => "trial" in result && hasReached(result),
  });
  const tried: Tried[] = [];
  let lastFailure: ErrorRecord | undefined;
  // Decisions are recorded in the order of the seeds, not of arrival: a resumed study writes the same ones.
  for (const result of results) {
    if ("error" in result) {
      lastFailure = result.error;
      study.decide("candidate-given-up", { trialId: trialIdOf(result.seed), message: result.error.message });
    } else {
      tried.push(result);
      const { trial, proposal } = result;
      study.decide("candidate-tried", { trialId: trial.trialId, score: trial.score, proposal });
    }
  }
  return bestOf(optimizerName, study, tried, lastFailure, rules);
}

function bestOf(
  optimizerName: string,
  study: Study,
  tried: readonly Tried[],
  lastFailure: ErrorRecord | undefined,
  rules: SearchRules,
): OptimizerResult {
  const candidates: Candidate[] = tried.map(({ proposal, program, trial: { trialId, score, report } }) => ({
    trialId,
    score,
    proposal,
    program,
    report,
  }));
  const reported = candidates.flatMap((candidate) =>
    candidate.report === undefined ? [] : [{ ...candidate, report: candidate.report }],
  );
  const ranked = rankCandidates(reported, {
    maxFailureShare: rules.maxFailureShare,
    ...(study.compat === undefined ? {} : { compat: study.compat }),
  });
  const [best] = ranked;
  if (best === undefined || best.score === null) throw nothingScored(optimizerName, tried.length, lastFailure);
  study.decide("best-chosen", { trialId: best.trialId, score: best.score });
  return { best: best.program, bestTrialId: best.trialId, bestScore: best.score, candidates: ranked };
}

async function tryCandidate(study: Study, seed: number, rules: SearchRules): Promise<Tried | GivenUp> {
  const trialId = trialIdOf(seed);
  try {
    const { program, proposal } = await propose(study, seed, rules);
    const trial = await study.evaluate(program, { trialId, proposal });
    // DSPy ends the whole search where one evaluation reaches its limit of errors.
    if (study.compat !== undefined && trial.report.results.status === "stopped") {
      const { counts, reason = "" } = trial.report.results;
      throw tooManyFailures(trialId, counts.failed, undefined, reason);
    }
    return { seed, proposal, program, trial };
  } catch (error) {
    if (study.compat === undefined && isBaseError(error, "OPTIMIZER_TOO_MANY_FAILURES")) {
      return { seed, error: toErrorRecord(error) };
    }
    throw error;
  }
}

async function propose(
  study: Study,
  seed: number,
  rules: SearchRules,
): Promise<{ readonly program: Module; readonly proposal: JsonObject }> {
  const { examples } = study.trainset;
  if (seed === -3) return { program: withoutDemonstrations(study.student), proposal: { seed, kind: "bare" } };
  if (seed === -2) {
    const k = rules.maxLabeledDemos;
    const labels = { k, sample: rules.labeledSample, seed: streamSeed(study, 0) };
    return {
      program: labelDemonstrations(study.student, examples, labels),
      proposal: { seed, kind: "labeled", k, sample: rules.labeledSample },
    };
  }
  const order = examples.map((_, index) => index);
  let maxBootstrappedDemos = rules.maxBootstrappedDemos;
  if (seed >= 0) {
    // Two generators of one seed, as in DSPy: the shuffle does not move the draw of the size.
    new Random(streamSeed(study, seed)).shuffle(order);
    maxBootstrappedDemos = new Random(streamSeed(study, seed)).randint(1, rules.maxBootstrappedDemos);
  }
  const shuffled = order.flatMap((index) => examples[index] ?? ([] as readonly Example[]));
  const made = await bootstrap(study, shuffled, trialIdOf(seed), { ...rules, maxBootstrappedDemos });
  return {
    program: made.program,
    proposal: {
      seed,
      kind: "bootstrapped",
      maxBootstrappedDemos,
      kept: made.kept.map((place) => study.trainset.exampleIds[order[place] ?? place] ?? String(place)),
      attempts: made.attempts,
      failures: made.failures,
    },
  };
}

function trialIdOf(seed: number): string {
  return `seed ${seed}`;
}

function seedsOf(optimizerName: string, { numCandidatePrograms, restrict }: SearchRules): readonly number[] {
  const all = Array.from({ length: numCandidatePrograms + 3 }, (_, index) => index - 3);
  if (restrict === undefined) return all;
  const chosen = all.filter((seed) => restrict.includes(seed));
  const unknown = restrict.find((seed) => !all.includes(seed));
  if (chosen.length > 0 && unknown === undefined) return chosen;
  throw optionInvalid(optimizerName, "restrict", `seeds from -3 to ${numCandidatePrograms - 1}`, restrict.join(", "));
}
