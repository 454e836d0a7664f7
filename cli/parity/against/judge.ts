// Compares what the real DSPy answered to a drawn case with what we do.
// Draws nothing and starts nothing.
import { signature, typeName } from "../../../programs/index.ts";
import { errorCode, isBaseError } from "../../../runtime/base/index.ts";
import { compare, different, EQUAL, type Verdict } from "../case.ts";
import { type FlowCase, replayFlow } from "../flow.ts";
import { type FormatCase, replayFormat } from "../format.ts";
import { type ParseCase, replayParse } from "../parse.ts";
import type { DrawnCase } from "./drawn-case.ts";
import { judgeSaved, type SavedAnswer } from "./judge-saved.ts";

/** What the other side answered; its shape is the kind's. */
export type Answer = Readonly<Record<string, unknown>>;

/** How a drawn case comes out. */
export async function judge(drawn: DrawnCase, answer: Answer): Promise<Verdict> {
  try {
    return await verdictOf(drawn, answer);
  } catch (error) {
    return different(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }
}

function verdictOf(drawn: DrawnCase, answer: Answer): Verdict | Promise<Verdict> {
  // The driver answers each kind in the shape of its `expected`.
  switch (drawn.kind) {
    case "format":
      return replayFormat({ ...drawn.case, expected: answer as FormatCase["expected"] });
    case "parse":
    case "value":
      return replayParse({ ...drawn.case, expected: answer as ParseCase["expected"] });
    case "flow":
      if (!("requests" in answer)) return different(`DSPy fails: ${JSON.stringify(answer)}`);
      return replayFlow({ ...drawn.case, expected: answer as unknown as FlowCase["expected"] });
    case "signature":
      return judgeString(drawn.case.text, answer);
    case "saved":
      return "error" in answer
        ? different(`DSPy fails: ${JSON.stringify(answer)}`)
        : judgeSaved(drawn.case, answer as unknown as SavedAnswer);
  }
}

function judgeString(text: string, answer: Answer): Verdict {
  let made: ReturnType<typeof signature<string>>;
  try {
    made = signature(text, { compat: "dspy-3.3.1" });
  } catch (error) {
    if (!isBaseError(error, "SIGNATURE_INVALID")) throw error;
    return "error" in answer ? EQUAL : different(`refused by ${errorCode(error)}: ${error.message}`);
  }
  if ("error" in answer) return different(`should be refused: ${JSON.stringify(answer["error"])}`);
  const fields = ({ inputs, outputs }: typeof made) => ({
    inputs: inputs.map(({ name, type }) => [name, typeName(type)]),
    outputs: outputs.map(({ name, type }) => [name, typeName(type)]),
  });
  const ours = { ...fields(made), instructions: made.instructions, state: made.state() };
  return compare(ours, answer, "signature");
}
