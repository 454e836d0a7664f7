// An optimizer that tries instructions, and a model that follows them, for tests of optimizations.
// Knows nothing of what is tested.
import type { Candidate, Optimizer, Study } from "../../optimizers/index.ts";
import { withPredictors } from "../../programs/index.ts";
import { type ScriptedAnswer, scriptedLm } from "../../testing/index.ts";
import { questionOf, saying } from "./questions.ts";

/** An optimizer that tries instructions, all at once, and takes the best. */
export function triedInstructions(
  texts: readonly string[],
  before?: (study: Study) => Promise<void> | void,
): Optimizer {
  return {
    optimizerName: "tried-instructions",
    options: { texts },
    async compile(study) {
      await before?.(study);
      const candidates = await Promise.all(
        texts.map(async (text, index): Promise<Candidate> => {
          const program = withPredictors(study.student, (_path, predictor) => predictor.withInstructions(text));
          const proposal = { text };
          const { trialId, score, report } = await study.evaluate(program, { trialId: `text ${index}`, proposal });
          return { trialId, score, report, proposal, program };
        }),
      );
      const [best] = candidates.toSorted((a, b) => (b.score ?? -1) - (a.score ?? -1));
      if (best === undefined || best.score === null) throw new Error("No instruction got a score.");
      study.decide("best-chosen", { trialId: best.trialId });
      return { best: best.program, bestTrialId: best.trialId, bestScore: best.score, candidates };
    },
  };
}

/** A model that is right only if it was told to be good, and that hangs or fails as it is told. */
export function instructedLm(
  other: (system: string, question: string) => ScriptedAnswer | undefined = () => undefined,
) {
  return scriptedLm(({ messages }) => {
    const system = String(messages[0]?.content);
    return other(system, questionOf(messages)) ?? saying(system.includes("Be good.") ? "yes" : "no");
  });
}
