// The searches of `npm run chaos -- --python`: each of DSPy's optimizers that asks a model, on the two-step program.
// Knows nothing of what is done to them.
import {
  type Call,
  type Dataset,
  exactMatch,
  innerOptimizer,
  type LmProvider,
  Module,
  type Optimizer,
  predict,
  programState,
  pythonOptimizer,
  type Runtime,
} from "../../index.ts";

/** What a search found, and how often a model answered it. */
export interface Found {
  readonly result: unknown;
  readonly answers: number;
}

/** The program that is optimized. */
class TwoSteps extends Module<{ question: string }, { answer: string }> {
  readonly step1 = predict("question -> hint");
  readonly step2 = predict("question, hint -> answer");

  override async forward({ question }: { question: string }, call: Call) {
    const { hint } = await call.run(this.step1, { question });
    const { answer } = await call.run(this.step2, { question, hint });
    return { answer };
  }
}

const few = { max_bootstrapped_demos: 2, max_labeled_demos: 2 };

/** The searches by their optimizers' names. */
const OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  MIPROv2: () =>
    pythonOptimizer(
      "dspy.MIPROv2",
      { auto: null, num_candidates: 3, ...few },
      { num_trials: 4, minibatch_size: 4, minibatch_full_eval_steps: 2 },
    ),
  GEPA: () => pythonOptimizer("dspy.GEPA", { max_metric_calls: 60 }),
  SIMBA: () => pythonOptimizer("dspy.SIMBA", { bsize: 6, num_candidates: 3, max_steps: 2, max_demos: 2 }),
  COPRO: () =>
    pythonOptimizer(
      "dspy.COPRO",
      { breadth: 3, depth: 2, init_temperature: 1 },
      { eval_kwargs: { display_progress: false } },
    ),
  BootstrapFewShotWithRandomSearch: () =>
    pythonOptimizer("dspy.BootstrapFewShotWithRandomSearch", { num_candidate_programs: 2, max_errors: 1000, ...few }),
  BootstrapFewShot: () =>
    pythonOptimizer("dspy.BootstrapFewShot", { max_bootstrapped_demos: 8, max_rounds: 2, max_errors: 1000 }),
  BootstrapFewShotWithOptuna: () =>
    pythonOptimizer("dspy.BootstrapFewShotWithOptuna", { num_candidate_programs: 3, ...few }, { max_demos: 3 }),
  BetterTogether: () =>
    pythonOptimizer(
      "dspy.BetterTogether",
      {
        shots: innerOptimizer("dspy.BootstrapFewShotWithRandomSearch", { num_candidate_programs: 1, ...few }),
        words: innerOptimizer("dspy.MIPROv2", { auto: null, num_candidates: 2, ...few }),
      },
      { strategy: "shots -> words", optimizer_compile_args: { words: { num_trials: 2, minibatch: false } } },
    ),
  InferRules: () => pythonOptimizer("dspy.InferRules", { num_candidates: 2, num_rules: 3, ...few }),
  FinetuneData: () => pythonOptimizer("dspex.FinetuneData", { multitask: false, num_threads: 8 }),
};

/** What they are called. */
export const SEARCHES: readonly string[] = Object.keys(OPTIMIZERS);

/** Does one of them, or goes on with it, and answers what it found, comparable. */
export async function search(
  runtime: Runtime,
  name: string,
  { lm, ...data }: { readonly trainset: Dataset; readonly valset: Dataset; readonly lm?: LmProvider },
): Promise<unknown> {
  const program = new TwoSteps();
  const command = { modulePath: "chaos", exportName: name, args: [], moduleHash: "0".repeat(64) };
  const rules = { metric: exactMatch("answer"), window: 6, seed: 7, command, ...(lm === undefined ? {} : { lm }) };
  const unfinished = await runtime.unfinished(command);
  const found =
    unfinished === undefined
      ? await runtime.optimize(program, { ...rules, ...data, optimizer: OPTIMIZERS[name]?.() ?? unknown(name) })
      : await runtime.resume(unfinished.runId, { ...rules, program });
  if (!("candidates" in found)) throw new TypeError(`${name} is no search`);
  const { bestTrialId, bestScore, best, candidates } = found;
  return {
    bestTrialId,
    bestScore,
    best: programState(best),
    candidates: candidates.map(({ trialId, score, proposal, report }) => ({
      trialId,
      score,
      proposal,
      results: report?.results,
    })),
  };
}

function unknown(name: string): never {
  throw new TypeError(`there is no search called ${name}; there are ${SEARCHES.join(", ")}`);
}
