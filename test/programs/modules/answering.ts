// A port that answers each request as a function says, and remembers what it was asked.
// Knows nothing of what is tested.
import type { LmCallContext, LmCompletion, LmRequest, ProgramPorts, TraceStep } from "../../../programs/index.ts";

/** The port, and what went through it. */
export interface Answering extends ProgramPorts {
  readonly requests: LmRequest[];
  readonly steps: TraceStep[];
}

type Said = string | Readonly<Record<string, unknown>> | LmCompletion;

/** Answers with a text, with outputs in the chat format, or with a completion. */
export function answering(
  answer: (request: LmRequest, context: LmCallContext, index: number) => Said | Promise<Said>,
): Answering {
  const requests: LmRequest[] = [];
  const steps: TraceStep[] = [];
  return {
    requests,
    steps,
    lm: async (request, context) => {
      const index = requests.push(request) - 1;
      const said = await answer(request, context, index);
      return { model: "answering", completions: [completionOf(said)], usage: { inputTokens: 1, outputTokens: 1 } };
    },
    trace: (step) => steps.push(step),
  };
}

/** Outputs in the chat format. */
export function chatText(outputs: Readonly<Record<string, unknown>>): string {
  return Object.entries(outputs)
    .map(([name, value]) => `[[ ## ${name} ## ]]\n${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("\n\n");
}

/** The whole prompt as one text. */
export function promptOf(request: LmRequest | undefined): string {
  return (request?.messages ?? []).map(({ content }) => String(content)).join("\n");
}

function completionOf(said: Said): LmCompletion {
  if (typeof said === "string") return { text: said };
  // A completion is told by its text.
  return "text" in said ? (said as LmCompletion) : { text: chatText(said) };
}
