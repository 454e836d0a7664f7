// The differences that are no fault of either side: accidents of the interpreter, each with its reason.
// Excludes nothing by name of a case.
import type { DrawnCase } from "./drawn-case.ts";
import type { Answer } from "./judge.ts";

/** Why a difference does not count; undefined where it does. */
export function exclusionFor(drawn: DrawnCase, answer: Answer): string | undefined {
  const text = JSON.stringify(drawn.case);
  // A range is no number; that it is read as one is an accident of how pydantic takes zeros off.
  if (drawn.kind !== "signature" && "error" in answer === false && /(?<![\w.-])\+?0[0_]*-\d/.test(text)) {
    return "pydantic reads the text 0-7 as the int -7";
  }
  if (drawn.kind === "signature" && "error" in answer === false && /[^\w](import|dspy\.)/.test(text)) {
    return "Python imports what a signature's string names";
  }
  return undefined;
}
