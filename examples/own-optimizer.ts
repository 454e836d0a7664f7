// An optimizer of one's own: grows the demonstrations step by step and keeps a step only if it helps.
// Run it with `node examples/own-optimizer.ts`; it needs no network. The tutorial is docs/optimizers.md.
import {
  type Candidate,
  createRuntime,
  dataset,
  type Example,
  exactMatch,
  type Module,
  type Optimizer,
  predict,
  type Study,
  withPredictors,
} from "../index.ts";
import { checkOptions, Random, streamSeed, wholeNumber } from "../optimizers/index.ts";

/** Options of `grownFewShot`. */
export interface GrownFewShotOptions {
  /** How many steps are taken. Default 3. */
  readonly steps?: number;
  /** How many ways each step tries. Default 4. */
  readonly width?: number;
  /** How many examples a step adds. Default 2. */
  readonly perStep?: number;
}

/** In each step, tries `width` different additions to the demonstrations at once, and goes on with the best one if it is better. */
export function grownFewShot(options: GrownFewShotOptions = {}): Optimizer {
  const optimizerName = "grown-few-shot";
  checkOptions(optimizerName, options, { steps: wholeNumber(1), width: wholeNumber(1), perStep: wholeNumber(1) });
  const { steps = 3, width = 4, perStep = 2 } = options;
  return {
    optimizerName,
    options: { steps, width, perStep },
    async compile(study) {
      const tried: Candidate[] = [await tryProgram(study, "start", [])];
      let [best] = tried;
      let shown: readonly Example[] = [];
      for (let step = 0; step < steps; step++) {
        // All of a step's candidates are evaluated at once. Their names come from their place in the search.
        const additions = Array.from({ length: width }, (_, way) => {
          const random = new Random(streamSeed(study, step * width + way));
          return random.sample(study.trainset.examples, Math.min(perStep, study.trainset.examples.length));
        });
        const candidates = await Promise.all(
          additions.map((added, way) => tryProgram(study, `step ${step}/way ${way}`, [...shown, ...added])),
        );
        tried.push(...candidates);
        const winner = candidates.reduce((first, second) => (scoreOf(second) > scoreOf(first) ? second : first));
        const isBetter = best === undefined || scoreOf(winner) > scoreOf(best);
        study.decide(isBetter ? "step-kept" : "step-dropped", { trialId: winner.trialId, score: winner.score });
        if (!isBetter) continue;
        best = winner;
        shown = [...shown, ...(additions[candidates.indexOf(winner)] ?? [])];
      }
      const candidates = tried.toSorted((first, second) => scoreOf(second) - scoreOf(first));
      if (best === undefined || best.score === null) throw new Error("No candidate got a score.");
      return { best: best.program, bestTrialId: best.trialId, bestScore: best.score, candidates };
    },
  };
}

/** Shows every predictor the same examples, and evaluates. The student is never changed: `withPredictors` makes a copy. */
async function tryProgram(study: Study, trialId: string, shown: readonly Example[]): Promise<Candidate> {
  const program: Module = withPredictors(study.student, (_, predictor) =>
    predictor.withDemos(shown.map(({ fields }) => fields)),
  );
  const proposal = { shown: shown.length };
  const { score, report } = await study.evaluate(program, { trialId, proposal });
  return { trialId, score, proposal, program, report };
}

function scoreOf(candidate: Candidate): number {
  return candidate.score ?? Number.NEGATIVE_INFINITY;
}

const messages: readonly (readonly [string, string])[] = [
  ["The parcel never arrived and nobody answers me", "complaint"],
  ["Why was I charged twice for one order?", "question"],
  ["Thank you, the new lamp is lovely", "praise"],
  ["The zip broke on the second day", "complaint"],
  ["Do you ship to Norway?", "question"],
  ["Great service, I will order again", "praise"],
  ["My cup came in three pieces", "complaint"],
  ["How do I change my address?", "question"],
  ["The lamp is lovely and it came early", "praise"],
  ["Nobody answers my letters about the parcel", "complaint"],
  ["How long does it take to ship to Spain?", "question"],
  ["I will order again, thank you", "praise"],
  ["The second cup broke as well", "complaint"],
  ["Can I change an order that was charged?", "question"],
  ["Lovely service and great lamps", "praise"],
  ["The zip of my new bag never closed", "complaint"],
];

if (import.meta.main) {
  const rows = messages.map(([text, kind]) => ({ text, kind }));
  const inputs = ["text"];
  await using runtime = await createRuntime({ lm: "local/in-context" });
  const sort = predict("text -> kind: Literal['complaint', 'question', 'praise']");
  const found = await runtime.optimize(sort, {
    optimizer: grownFewShot(),
    trainset: dataset(rows.slice(0, 8), { name: "train", inputs }),
    valset: dataset(rows.slice(8), { name: "validation", inputs }),
    metric: { exact: exactMatch("kind") },
  });
  for (const { trialId, score } of found.candidates) console.log(`${score?.toFixed(3) ?? "–"}  ${trialId}`);
  console.log(`best: ${found.bestTrialId}`);
}
