// The differences that are no fault of either side: accidents of the interpreter, each with its reason.
// Excludes nothing by name of a case.
import type { DrawnCase } from "./drawn-case.ts";
import type { Answer } from "./judge.ts";

/** Why a difference does not count; undefined where it does. */
export function exclusionFor(drawn: DrawnCase, answer: Answer): string | undefined {
  const text = JSON.stringify(drawn.case);
  if (drawn.kind === "signature" && "error" in answer === false && /[^\w](import|dspy\.)/.test(text)) {
    return "Python imports what a signature's string names";
  }
  return undefined;
}
