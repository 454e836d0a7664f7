// The two-step program, its examples, its metric and its model, as the tests of Python's optimizers use them.
// Knows no case. The same are in Python in `optimizers_alone.py`.
import { hashLm } from "../../cli/parity/hash-lm.ts";
import { pythonJson } from "../../cli/parity/python-json.ts";
import { dataset, example, type Module, predict, program, type Runtime } from "../../index.ts";
import { type LmRequest, prepareProgram } from "../../programs/index.ts";
import { sha256 } from "../../runtime/base/index.ts";
import { scriptedLm } from "../../testing/index.ts";

/** What `optimizers_alone.py` answers. */
export interface Alone {
  readonly source: string;
  readonly found: readonly {
    readonly best: unknown;
    readonly scores: readonly number[];
    readonly asked: readonly string[];
    /** What models would be trained on. */
    readonly data: readonly unknown[];
  }[];
}

/** The program. */
export const twoSteps = program(
  { step1: predict("question -> hint"), step2: predict("question, hint -> answer") },
  async ({ question }: { readonly question: string }, { step1, step2 }) => {
    const { hint } = await step1({ question });
    return step2({ question, hint });
  },
);

const questions = Array.from({ length: 40 }, (_, index) =>
  example({ question: `q${index}`, answer: index % 3 === 0 ? "no" : "yes" }).withInputs("question"),
);

/** The examples from one place to another. */
export const examples = (from: number, to: number) => dataset(questions.slice(from, to));

/** Whether the answer is right. */
export const isRight = (
  { fields }: { readonly fields: Readonly<Record<string, unknown>> },
  { answer }: Readonly<Record<string, unknown>>,
): boolean => answer === fields["answer"];

/**
 * The model whose answers are hashes of what it is asked, which notes what that was. `onAsked` is told of each request, before it is answered.
 *
 * A `failing` one fails on every sixteenth prompt of the first step, on the same ones always.
 */
export function notingLm(onAsked: (count: number) => void = () => {}, failing: "failing" | "sound" = "sound") {
  const model = hashLm();
  const asked: string[] = [];
  const provider = scriptedLm(async ({ messages, options, rolloutId }) => {
    const drawn = sha256(pythonJson([messages, rolloutId ?? null]));
    asked.push(drawn);
    onAsked(asked.length);
    const isFirstStep = String(messages.at(-1)?.content).includes("`[[ ## hint ## ]]`");
    if (failing === "failing" && isFirstStep && drawn.startsWith("0")) return new Error("The model refuses this one.");
    const request = { messages, options, ...(rolloutId === undefined ? {} : { rolloutId }) } as LmRequest;
    const context = { modulePath: "", signal: new AbortController().signal };
    return (await model.lm(request, context)).completions.map(({ text }) => text ?? "");
  });
  return { provider, asked };
}

/** A program's instructions and demonstrations, as JSON would read them back. */
export function stateOf(best: Module): unknown {
  const { predictors } = prepareProgram(best);
  return JSON.parse(
    JSON.stringify(
      Object.fromEntries(
        predictors.map(({ path, predictor: { signature, demos } }) => [
          path,
          { instructions: signature.instructions, demos },
        ]),
      ),
    ),
  );
}

/** The scores of a run's trials, in their order, as DSPy has them: percentages. */
export async function scoresOf(runtime: Runtime, runId: string): Promise<readonly number[]> {
  const found: { readonly place: number; readonly score: number }[] = [];
  for await (const { trialId, score = 0 } of runtime.store.list("trial", { prefix: { runId } })) {
    found.push({ place: Number(trialId.replace("evaluation ", "")), score: Math.round(score * 10_000) / 100 });
  }
  return found.toSorted((one, other) => one.place - other.place).map(({ score }) => score);
}
