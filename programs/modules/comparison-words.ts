// What MultiChainComparison tells its model: DSPy's words, to the byte.
// From DSPy 3.3.1, https://github.com/stanfordnlp/dspy, MIT License, copyright (c) 2023 Stanford Future Data Systems.
import type { FieldOptions } from "../field.ts";

/** What is said of the attempt of this number, from 1. */
export function attemptField(number: number): FieldOptions {
  return { prefix: `Student Attempt #${number}:`, desc: `\${reasoning attempt}` };
}

/** What is said of what is made of all attempts. */
export const RATIONALE_FIELD: FieldOptions = {
  prefix: "Accurate Reasoning: Thank you everyone. Let's now holistically",
  desc: `\${corrected reasoning}`,
};

/** One attempt, as the model sees it. */
export function attemptText(rationale: string, answer: string): string {
  return `«I'm trying to ${rationale} I'm not sure but my prediction is ${answer}»`;
}
