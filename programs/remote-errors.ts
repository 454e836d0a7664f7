// The failures of work that another runtime is to do.
// Knows nothing of that runtime's own failures, which pass through unchanged.
import { BaseError } from "../runtime/base/index.ts";
import { quotedNames } from "./quoted-names.ts";

/** What runs natively under another name. */
const NATIVE: Readonly<Record<string, string>> = {
  "dspy.Predict": "predict(…)",
  "dspy.ChainOfThought": "chainOfThought(…)",
  "dspy.ReAct": "react(…)",
  "dspy.ReActV2": "reactV2(…)",
  "dspy.BestOfN": "bestOfN(…)",
  "dspy.Refine": "refine(…)",
  "dspy.MultiChainComparison": "multiChainComparison(…)",
  "dspy.Parallel": "parallel(…)",
};

/** A module is to run in Python, and nobody reaches it. */
export function pythonMissing(path: string, target: string): BaseError {
  const native = NATIVE[target];
  const instead = native === undefined ? "" : `, or use ${native}, which needs none`;
  return new BaseError(
    "PROGRAM_PYTHON_MISSING",
    `\`${path}\` is to run ${target} in Python, and no Python is set up here. Pass createRuntime \`python: {}\`, or a \`remote\` that reaches it${instead}.`,
    { details: { path, target } },
  );
}

/** The other side answered something else than the signature promises. */
export function remoteAnswerInvalid(path: string, target: string, field: string, found: readonly string[]): BaseError {
  return new BaseError(
    "PROGRAM_REMOTE_INVALID",
    `\`${path}\` got no output \`${field}\` from ${target}; it answered ${quotedNames(found)}. Make the names of its signature those that it answers.`,
    { details: { path, target, field, found } },
  );
}

/** The other side answered a value of another type than the signature's. */
export function remoteValueInvalid(
  path: string,
  target: string,
  field: string,
  expected: string,
  problem: string,
): BaseError {
  return new BaseError(
    "PROGRAM_REMOTE_INVALID",
    `\`${path}\` got an output \`${field}\` from ${target} that is no ${expected}: ${problem}. Give the field the type of what is answered, or have it answered so.`,
    { details: { path, target, field, expected, problem } },
  );
}
