// Replays the recorded optimizer cases: the same program, examples, metric and model, our optimizers.
// Knows nothing of how results are printed. The cases' set-up is that of the fixtures' `optimizers_reference.py`, by name.
import { isDeepStrictEqual } from "node:util";
import { dataset, type EvaluationReport, primaryScore } from "../../evaluate/index.ts";
import {
  bootstrapFewShot,
  bootstrapFewShotWithRandomSearch,
  demonstrationsOf,
  labeledFewShot,
  localStudy,
  type Optimizer,
  type OptimizerResult,
} from "../../optimizers/index.ts";
import { type Call, example, Module, predict } from "../../programs/index.ts";
import type { ParityCase } from "./case.ts";
import { type HashLm, hashLm } from "./hash-lm.ts";

class TwoSteps extends Module<{ question: string }, { answer: string }> {
  readonly step1 = predict("question -> hint");
  readonly step2 = predict("question, hint -> answer");

  override async forward({ question }: { question: string }, call: Call): Promise<{ answer: string }> {
    const { hint } = await call.run(this.step1, { question });
    return call.run(this.step2, { question, hint });
  }
}

const questions = Array.from({ length: 40 }, (_, index) =>
  example({ question: `q${index}`, answer: index % 3 === 0 ? "no" : "yes" }).withInputs("question"),
);

const optimizers: Readonly<Record<string, () => Optimizer>> = {
  labeled_k3: () => labeledFewShot({ k: 3 }),
  bootstrap_default: () => bootstrapFewShot(),
  bootstrap_b2_l4: () => bootstrapFewShot({ maxBootstrappedDemos: 2, maxLabeledDemos: 4 }),
  bootstrap_b2_l0: () => bootstrapFewShot({ maxBootstrappedDemos: 2, maxLabeledDemos: 0 }),
  random_search: () =>
    bootstrapFewShotWithRandomSearch({ numCandidatePrograms: 4, maxBootstrappedDemos: 3, maxLabeledDemos: 4 }),
};

/** Replays the cases of an `optimizers.json`; those of optimizers we do not have are `not-yet`. */
export async function optimizerCases(json: unknown): Promise<ParityCase[]> {
  const cases: ParityCase[] = [];
  for (const [name, expected] of Object.entries(Object(json))) {
    const optimizer = Object.hasOwn(optimizers, name) ? optimizers[name]?.() : undefined;
    if (optimizer === undefined) {
      cases.push({ group: "optimizers", name, status: "not-yet", reason: "dspex does not have this optimizer yet." });
      continue;
    }
    const reason = await replay(name, optimizer, expected);
    cases.push({
      group: "optimizers",
      name,
      ...(reason === undefined ? { status: "equal" } : { status: "different", reason }),
    });
  }
  return cases;
}

/** What differs, or undefined. */
async function replay(name: string, optimizer: Optimizer, expected: unknown): Promise<string | undefined> {
  const model = hashLm();
  const isSearch = name === "random_search";
  const study = localStudy({
    student: new TwoSteps(),
    trainset: dataset(isSearch ? questions.slice(0, 20) : questions),
    ...(isSearch ? { valset: dataset(questions.slice(20)) } : {}),
    lm: model.lm,
    metrics: { metric: (given, prediction) => prediction.answer === given.fields.answer },
    settings: { compat: "dspy-3.3.1" },
  });
  try {
    const found = await optimizer.compile(study);
    return firstDifference(factsOf(found, isSearch, model), expected);
  } catch (error) {
    return `It failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function factsOf(found: OptimizerResult, isSearch: boolean, model: HashLm): Readonly<Record<string, unknown>> {
  const result = isSearch
    ? {
        best_demos: plainDemonstrations(found.best),
        candidates: found.candidates.map(({ score, proposal, program, report }) => ({
          seed: proposal.seed,
          score,
          subscores: subscoresOf(report),
          demos: plainDemonstrations(program),
        })),
      }
    : plainDemonstrations(found.best);
  return { result, lm_calls: model.callCount(), calls_sha256: model.callsSha256() };
}

function plainDemonstrations(program: Module): unknown {
  // As JSON would read them back: a prediction's values become plain ones.
  return JSON.parse(JSON.stringify(Object.fromEntries(demonstrationsOf(program))));
}

function subscoresOf(report: EvaluationReport | undefined): readonly number[] {
  const { examples = [], primaryMetric = "" } = report?.results ?? {};
  return examples.map((row) => primaryScore(row, primaryMetric) ?? 0);
}

function firstDifference(ours: Readonly<Record<string, unknown>>, expected: unknown, path = ""): string | undefined {
  const theirs = Object(expected);
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const [our, their] = [ours[key], theirs[key]];
    if (isDeepStrictEqual(our, their)) continue;
    const place = path === "" ? key : `${path}.${key}`;
    if (isRecord(our) && isRecord(their)) return firstDifference(our, their, place);
    return `${place}: expected ${excerpt(their)}, found ${excerpt(our)}.`;
  }
  return undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
