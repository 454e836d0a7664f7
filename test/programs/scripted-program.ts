// What the tests of programs share: a scripted port, a nested program, a short way to run one.
// Knows nothing of what is tested.
import {
  type Call,
  chainOfThought,
  executeProgram,
  type LmRequest,
  Module,
  type ProgramPorts,
  type ProgramWarning,
  predict,
  prepareProgram,
  type TraceStep,
} from "../../programs/index.ts";

/** A port that answers by script and remembers what it was asked. */
export interface Scripted extends ProgramPorts {
  readonly requests: LmRequest[];
  readonly steps: TraceStep[];
  readonly warnings: ProgramWarning[];
}

/** Answers each request's output fields with `<field>-<number of the request>`, or with the texts given. */
export function scripted(texts: readonly (string | null)[] = []): Scripted {
  const requests: LmRequest[] = [];
  const steps: TraceStep[] = [];
  const warnings: ProgramWarning[] = [];
  return {
    requests,
    steps,
    warnings,
    lm: async (request) => {
      requests.push(request);
      const text = texts[requests.length - 1];
      const last = String(request.messages.at(-1)?.content);
      const made = [...last.matchAll(/`\[\[ ## (\w+) ## \]\]`/g)]
        .filter(([, name]) => name !== "completed")
        .map(([, name]) => `[[ ## ${name} ## ]]\n${name}-${requests.length}`);
      const completion = { text: text === undefined ? made.join("\n\n") : text };
      return {
        completions: Array.from({ length: request.options.n ?? 1 }, () => completion),
        model: "scripted",
        usage: { inputTokens: 1, outputTokens: 2 },
      };
    },
    trace: (step) => steps.push(step),
    warn: (warning) => warnings.push(warning),
  };
}

/** A program with a module inside a module, one in a list and one in a record. */
export class Hinted extends Module<{ question: string }, { answer: string }> {
  readonly gen = chainOfThought("question -> hint");
  readonly parts = [predict("question, hint -> answer")] as const;
  readonly byName = { k: predict("answer -> short") };

  override async forward({ question }: { question: string }, call: Call): Promise<{ answer: string }> {
    const { hint } = await call.run(this.gen, { question });
    const { answer } = await call.run(this.parts[0], { question, hint });
    const { short } = await call.run(this.byName.k, { answer });
    return { answer: short };
  }
}

/** Runs a module once. */
export const run = <Inputs extends object, Outputs extends object>(
  module: Module<Inputs, Outputs>,
  inputs: NoInfer<Inputs>,
  ports: ProgramPorts,
  options: Parameters<typeof executeProgram>[3] = {},
) => executeProgram(prepareProgram(module), inputs, ports, options);
