// How near each demonstration's question is to the question asked.
// Knows turns and fields; what the demonstrations answered is none of its business.
import type { Demonstration, PromptField, TurnValues } from "./prompt.ts";
import { similarities } from "./similarity.ts";

/** A demonstration and how near its inputs are to the question, 0 to 1. */
export interface Neighbour {
  readonly demonstration: Demonstration;
  readonly similarity: number;
}

/** The demonstrations, nearest first. The similarity is the mean over the input fields; equals stay in prompt order. */
export function neighbours(
  question: TurnValues,
  demonstrations: readonly Demonstration[],
  inputs: readonly PromptField[],
): Neighbour[] {
  const sums = demonstrations.map(() => 0);
  for (const { name } of inputs) {
    const texts = demonstrations.map((demonstration) => demonstration.inputs.get(name) ?? "");
    similarities(question.get(name) ?? "", texts).forEach((similarity, index) => {
      sums[index] = (sums[index] ?? 0) + similarity / inputs.length;
    });
  }
  return demonstrations
    .map((demonstration, index) => ({ demonstration, similarity: sums[index] ?? 0 }))
    .sort((a, b) => b.similarity - a.similarity);
}
