// A port that streams scripted answers, and a short way to take a stream's parts. For the tests of streams.
// Knows nothing of what is tested.
import {
  type LmPort,
  type LmRequest,
  type LmResponse,
  type Module,
  type ProgramSettings,
  type ProgramStream,
  predict,
  prepareProgram,
  type StreamOptions,
  type StreamPart,
  streamProgram,
} from "../../programs/index.ts";

/** One answer: its pieces, what else comes with it, and how it fails. */
export interface StreamedAnswer {
  readonly pieces?: readonly string[];
  readonly reasoning?: readonly string[];
  /** In place of what the pieces come to. */
  readonly text?: string | null;
  readonly toolCalls?: NonNullable<LmResponse["completions"][number]["toolCalls"]>;
  /** Told after the pieces, which then do not count. */
  readonly again?: readonly string[];
  readonly error?: Error;
  readonly hangs?: boolean;
}

/** A port that streams and what it was asked. */
export interface StreamedPort {
  readonly lm: LmPort;
  readonly requests: LmRequest[];
  /** Pieces that were told so far. */
  readonly told: string[];
  /** Signals of the requests, in order. */
  readonly signals: AbortSignal[];
}

/** Answers in turn, the last one for ever; each piece in a turn of its own unless `atOnce`. */
export function streamedPort(answers: readonly StreamedAnswer[], { atOnce = false } = {}): StreamedPort {
  const requests: LmRequest[] = [];
  const told: string[] = [];
  const signals: AbortSignal[] = [];
  const lm: LmPort = async (request, { listener, signal }) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)] ?? {};
    requests.push(request);
    signals.push(signal);
    const { pieces = [], reasoning = [], again } = answer;
    const turn = (): Promise<void> | undefined =>
      atOnce ? undefined : new Promise((resolve) => setImmediate(resolve));
    for (const piece of reasoning) {
      await listener?.onReasoning(piece, 0);
      await turn();
    }
    for (const piece of pieces) {
      signal.throwIfAborted();
      told.push(piece);
      const wait = listener?.onText(piece, 0);
      if (wait !== undefined) await wait;
      await turn();
    }
    if (again !== undefined) listener?.onRestart();
    for (const piece of again ?? []) await listener?.onText(piece, 0);
    if (answer.error !== undefined) throw answer.error;
    if (answer.hangs === true) {
      await new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    }
    const text = answer.text === undefined ? (again ?? pieces).join("") : answer.text;
    return {
      completions: [
        {
          text,
          ...(reasoning.length === 0 ? {} : { reasoning: reasoning.join("") }),
          ...(answer.toolCalls === undefined ? {} : { toolCalls: answer.toolCalls }),
        },
      ],
      model: "m",
      usage: { inputTokens: 10, outputTokens: 5 },
    };
  };
  return { lm, requests, told, signals };
}

/** A chat answer of these fields, cut into pieces of three characters. */
export function chatPieces(fields: Readonly<Record<string, string>>): readonly string[] {
  const sections = Object.entries(fields).map(([name, value]) => `[[ ## ${name} ## ]]\n${value}\n\n`);
  return `${sections.join("")}[[ ## completed ## ]]\n`.match(/[\s\S]{1,3}/g) ?? [];
}

/** All parts of a stream. */
export async function partsOf<Outputs extends object>(
  stream: ProgramStream<Outputs>,
): Promise<readonly StreamPart<Outputs>[]> {
  const parts: StreamPart<Outputs>[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

/** Parts in short: `path#call field+text`, `field=value`, `field!`, `(again)`, `status`, `end`. Texts that follow each other are one. */
export function inShort(parts: readonly StreamPart[]): readonly string[] {
  const short: string[] = [];
  let last = "";
  for (const part of parts) {
    const place = "path" in part && "callNumber" in part ? `${part.path}#${part.callNumber}` : "";
    if (part.type === "field-delta") {
      const head = `${place} ${part.field}+`;
      if (last === head) short.push(`${short.pop()}${part.text}`);
      else short.push(head + part.text);
      last = head;
      continue;
    }
    last = "";
    if (part.type === "field-complete") short.push(`${place} ${part.field}=${JSON.stringify(part.value)}`);
    else if (part.type === "field-invalid") short.push(`${place} ${part.field}!`);
    else if (part.type === "restarted") short.push(`${place} (${part.reason})`);
    else if (part.type === "status") short.push(`status: ${part.message}`);
    else short.push("end");
  }
  return short;
}

/** A program that the tests of streams share, and an answer for it. */
export const qa = predict("question -> answer, sure: float");
export const answered = { pieces: chatPieces({ answer: "James Joyce", sure: "0.9" }) };

/** Streams a program over a port. */
export function stream<Inputs extends object, Outputs extends object>(
  module: Module<Inputs, Outputs>,
  inputs: NoInfer<Inputs>,
  port: Pick<StreamedPort, "lm">,
  settings: ProgramSettings = {},
  options: StreamOptions & { readonly signal?: AbortSignal } = {},
) {
  return streamProgram(prepareProgram(module), inputs, port, { settings, ...options });
}
