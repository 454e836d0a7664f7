// Optimizers that run in Python: DSPy's own and registered ones, as optimizers of this side.
// Knows nothing of workers; the study brings the way there.
import type { Metric } from "../evaluate/index.ts";
import { type LmOptions, PythonModule } from "../programs/index.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../runtime/base/index.ts";
import { metricElsewhere, optionInvalid, remoteMissing } from "./errors.ts";
import { checkOptions, type OptionRule, wholeNumber } from "./options.ts";
import type { Found } from "./python-asks.ts";
import { PythonSearch } from "./python-search.ts";
import type { SearchTrial } from "./python-trials.ts";
import { plainValue } from "./python-values.ts";
import type { Candidate, Optimizer, OptimizerResult, Study } from "./study.ts";

/** A day: a search may take as long as it likes, but not for ever. */
const DEFAULT_TIMEOUT_MS = 86_400_000;

/** How an optimizer of Python's is run. */
export interface PythonOptimizerOptions {
  /** The pool whose workers run it. Default: that of a program of Python's that names one, else `optimizer` where there is one, else `general`. */
  readonly pool?: string;
  /** Milliseconds for the whole search. Default: a day. */
  readonly timeoutMs?: number;
  /** What optimizers that read a program's source are shown of a program of this side. Default: its predictors, as Python would make them. */
  readonly source?: string;
}

const aText: OptionRule = { expected: "a text", accepts: (value) => typeof value === "string" && value !== "" };
const pythonMetrics = new WeakMap<Metric, string>();

/**
 * Makes an optimizer of a class in Python: `pythonOptimizer("dspy.MIPROv2", { auto: "light" }, { minibatch: false })`.
 *
 * `constructorArguments` and `compileArguments` are those of the class and of its `compile` method, by their names in Python. Metric, examples, teacher and model are the study's and need
 * not be given. The program may be of this side or Python's (`python(…)`), and so may the metric (`pythonMetric`). Its model requests, its runs of the program and its
 * judgements are the study's: paced, cached, recorded, and answered from the record by a resume, or where its worker is lost.
 * @throws OPTIMIZER_OPTION_INVALID for arguments that are no JSON. Compiling rejects with OPTIMIZER_PYTHON_MISSING, the BRIDGE codes, and what the optimizer raises.
 */
export function pythonOptimizer(
  optimizerName: string,
  constructorArguments: JsonObject = {},
  compileArguments: JsonObject = {},
  options: PythonOptimizerOptions = {},
): Optimizer {
  checkOptions(optimizerName, options, { pool: aText, timeoutMs: wholeNumber(1), source: aText });
  const kept = {
    constructorArguments: jsonOf(optimizerName, "constructorArguments", constructorArguments),
    compileArguments: jsonOf(optimizerName, "compileArguments", compileArguments),
  };
  const { pool, timeoutMs = DEFAULT_TIMEOUT_MS, source } = options;
  return {
    optimizerName,
    options: {
      ...kept,
      ...(pool === undefined ? {} : { pool }),
      ...(source === undefined ? {} : { source }),
      timeoutMs,
    },
    async compile(study) {
      const { remote } = study;
      if (remote === undefined) throw remoteMissing(optimizerName);
      const [metric] = remote.metrics;
      const pythonMetric = metric === undefined ? undefined : pythonMetrics.get(metric.metric);
      const order = {
        ...kept,
        ...(source === undefined ? {} : { source }),
        ...(pythonMetric === undefined ? {} : { pythonMetric }),
      };
      const end = new AbortController();
      const search = new PythonSearch(study, remote, order, end);
      // A program of Python's may be registered there and nowhere else.
      const own = study.student instanceof PythonModule ? study.student.options.pool : undefined;
      const at = pool ?? own;
      const call = {
        ...(at === undefined ? {} : { pool: at }),
        timeoutMs,
        signal: AbortSignal.any([study.signal, end.signal]),
        serve: search.serve,
      };
      try {
        // `optimize.py` wrote it.
        const found = (await remote.call("dspex.optimize", call, { optimizer: optimizerName })) as Found;
        return resultOf(study, search, found);
      } catch (error) {
        // What ended the study says more than that the call was called off for it.
        throw end.signal.aborted ? end.signal.reason : error;
      }
    },
  };
}

/** Makes one again of the options that a record keeps; undefined for options that are none of these. */
export function pythonOptimizerFrom(optimizerName: string, options: JsonObject): Optimizer | undefined {
  const { constructorArguments, compileArguments, ...rest } = options;
  if (!isJsonObject(constructorArguments) || !isJsonObject(compileArguments)) return undefined;
  // Written by `pythonOptimizer`, whose checks they pass again.
  return pythonOptimizer(optimizerName, constructorArguments, compileArguments, rest as PythonOptimizerOptions);
}

/** Names a model of the runtime for an argument of a Python optimizer: `{ prompt_model: hostLm("openai/gpt-4o", { temperature: 1 }) }`. Without a name it is the run's own. */
export function hostLm(model?: string, options: LmOptions = {}): JsonObject {
  const { maxTokens, topP, presencePenalty, frequencyPenalty, extra, ...same } = options;
  const given = {
    ...same,
    max_tokens: maxTokens,
    top_p: topP,
    presence_penalty: presencePenalty,
    frequency_penalty: frequencyPenalty,
    ...extra,
  };
  return {
    dspex: "lm",
    ...(model === undefined ? {} : { model }),
    options: jsonOf("hostLm", "options", given),
  };
}

/** Names a function registered in Python for an argument of a Python optimizer. */
export function registered(name: string): JsonObject {
  return { dspex: "registered", name };
}

/**
 * Names an optimizer for an argument of another: `pythonOptimizer("dspy.BetterTogether", { a: innerOptimizer("dspy.MIPROv2", { auto: "light" }) }, { strategy: "a" })`.
 *
 * The study's metric, seed and model are its own as well.
 */
export function innerOptimizer(optimizerName: string, constructorArguments: JsonObject = {}): JsonObject {
  const kept = jsonOf(optimizerName, "constructorArguments", constructorArguments);
  return { dspex: "optimizer", name: optimizerName, arguments: kept };
}

/**
 * A metric that lives in Python, by the name it is registered under there; for optimizers that run there.
 *
 * Judging by it on this side rejects with OPTIMIZER_METRIC_ELSEWHERE.
 */
export function pythonMetric(name: string): Metric {
  const metric: Metric = () => {
    throw metricElsewhere(name);
  };
  Object.defineProperty(metric, "name", { value: name });
  pythonMetrics.set(metric, name);
  return metric;
}

function resultOf(study: Study, search: PythonSearch, found: Found): OptimizerResult {
  const best = search.candidate(found.best);
  const { trials } = search;
  for (const { trial } of trials) study.decide("candidate-tried", { trialId: trial.trialId, score: trial.score });
  const facts = plainValue(found.facts) as JsonObject;
  if (Object.keys(facts).length > 0) study.decide("optimizer-finished", facts);
  if (found.data !== undefined) {
    // What was collected is JSON of `finetune.py`.
    const proposal = { kind: "finetune-data", data: plainValue(found.data) as JsonValue };
    return { best, candidates: [{ trialId: "finetune-data", score: null, proposal, program: best }] };
  }
  const most = Math.max(0, ...trials.map(({ dataset }) => dataset.examples.length));
  // Scores over fewer examples are none to compare by.
  const whole = trials.filter(({ dataset }) => dataset.examples.length === most);
  const won = whole.findLast(({ candidate }) => candidate === best);
  const candidates = whole.length > 0 ? inOrder(whole.map(candidateOf)) : toldCandidates(search, found, best);
  const scored =
    won?.trial ??
    (whole.length > 0 ? undefined : candidates.find(({ program, score }) => program === best && score !== null));
  if (scored === undefined || scored.score === null) return { best, candidates };
  study.decide("best-chosen", { trialId: scored.trialId, score: scored.score });
  return { best, bestTrialId: scored.trialId, bestScore: scored.score, candidates };
}

function candidateOf({ candidate, trial }: SearchTrial): Candidate {
  const { trialId, score, report } = trial;
  return { trialId, score, proposal: { kind: "python", place: trialId }, program: candidate, report };
}

/** Where nothing was evaluated as a whole: what the optimizer says of its candidates, or the program alone. */
function toldCandidates(search: PythonSearch, { candidates }: Found, best: Candidate["program"]): readonly Candidate[] {
  const told = candidates.map(({ score, ...name }, index) => ({
    name,
    score: plainValue(score),
    trialId: `candidate ${index}`,
  }));
  if (told.length === 0) return [{ trialId: "compiled", score: null, proposal: { kind: "python" }, program: best }];
  return inOrder(
    told.map(({ name, score, trialId }) => ({
      trialId,
      score: typeof score === "number" ? score : null,
      proposal: { kind: "python", place: trialId },
      program: search.candidate(name),
    })),
  );
}

function inOrder(candidates: readonly Candidate[]): readonly Candidate[] {
  const worth = ({ score }: Candidate): number => score ?? Number.NEGATIVE_INFINITY;
  return candidates.toSorted((one, other) => (worth(one) === worth(other) ? 0 : worth(other) - worth(one)));
}

/** Arguments as a record keeps them; what is `undefined` is not given. */
function jsonOf(optimizerName: string, option: string, value: object): JsonObject {
  const check = (item: unknown, path: string): JsonValue => {
    if (item === null || typeof item === "string" || typeof item === "boolean") return item;
    if (typeof item === "number" && Number.isFinite(item)) return item;
    if (Array.isArray(item)) return item.map((part, index) => check(part, `${path}[${index}]`));
    if (typeof item === "object" && Object.getPrototypeOf(item) === Object.prototype) {
      const given = Object.entries(item).filter(([, part]) => part !== undefined);
      return Object.fromEntries(given.map(([name, part]) => [name, check(part, `${path}.${name}`)]));
    }
    throw optionInvalid(
      optimizerName,
      path,
      "plain JSON; models are hostLm(…), functions registered(…), further optimizers innerOptimizer(…)",
      typeof item,
    );
  };
  return check(value, option) as JsonObject;
}
