// A program of every shape that has paths: a root, a ChainOfThought inside, its inner predictor, a list of predictors.
// Knows nothing of actors.
import { type Call, chainOfThought, Module, predict } from "../../programs/index.ts";

/** Runs `gen`, then each of `parts`. Modules: `self`, `gen`, `gen.predict`, `parts[0]`, `parts[1]`. */
export class Nested extends Module<{ question: string }, { answer: string }> {
  gen = chainOfThought("question -> draft");
  parts = [predict("draft -> first"), predict("draft -> second")] as const;

  override async forward({ question }: { question: string }, call: Call): Promise<{ answer: string }> {
    const { draft } = await call.run(this.gen, { question });
    const [{ first }, { second }] = await Promise.all([
      call.run(this.parts[0], { draft }),
      call.run(this.parts[1], { draft }),
    ]);
    return { answer: `${first} ${second}` };
  }
}

/** The paths of `Nested`. */
export const nestedPaths = ["self", "gen", "gen.predict", "parts[0]", "parts[1]"] as const;

/** Which predictor of `Nested` sent this prompt, by the field that it asks for. */
export function askedBy(prompt: string): "gen.predict" | "parts[0]" | "parts[1]" {
  if (prompt.includes("[[ ## reasoning ## ]]")) return "gen.predict";
  return prompt.includes("[[ ## first ## ]]") ? "parts[0]" : "parts[1]";
}

/** An answer to that predictor's prompt. */
export function answerFor(predictor: ReturnType<typeof askedBy>): string {
  switch (predictor) {
    case "gen.predict":
      return fields({ reasoning: "because", draft: "a draft" });
    case "parts[0]":
      return fields({ first: "one" });
    case "parts[1]":
      return fields({ second: "two" });
  }
}

/** A completion in the chat adapter's format. */
export function fields(values: Readonly<Record<string, string>>): string {
  const parts = Object.entries(values).map(([name, value]) => `[[ ## ${name} ## ]]\n${value}\n\n`);
  return `${parts.join("")}[[ ## completed ## ]]`;
}
