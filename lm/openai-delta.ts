// Puts the pieces of a streamed chat completion together: text, reasoning and tool calls of each choice, and at the end the response.
// Knows nothing of events or bytes.
import type { JsonObject } from "../runtime/base/index.ts";
import { isObject, usageOf } from "./openai-wire.ts";
import type { LmCompletion, LmResponse, LmUsage } from "./request.ts";

interface ToolCall {
  readonly id: string | undefined;
  readonly type: string;
  name: string;
  arguments: string;
}

interface Choice {
  text: string | undefined;
  reasoning: string;
  finishReason: string | undefined;
  readonly toolCalls: ToolCall[];
}

/** What one choice of an event says that its listener wants to know. */
export interface DeltaTold {
  readonly text: string | undefined;
  readonly reasoning: string | undefined;
}

/** The choices of one answer as far as they have come. */
export class StreamedChoices {
  readonly #choices: (Choice | undefined)[] = [];
  #model: string;
  #usage: LmUsage | undefined;

  constructor(modelAsked: string) {
    this.#model = modelAsked;
  }

  /** Whether a choice has said why it ended. */
  get isFinished(): boolean {
    return this.#choices.some((choice) => choice?.finishReason !== undefined);
  }

  /** Adds text to a choice that an event has spoken of before. */
  addText(index: number, text: string): void {
    const choice = this.#at(index);
    choice.text = choice.text === undefined ? text : choice.text + text;
  }

  /** Notes what an event says of the whole. */
  addEvent(event: Readonly<Record<string, unknown>>): void {
    if (typeof event["model"] === "string" && event["model"] !== "") this.#model = event["model"];
    this.#usage = usageOf(event["usage"]) ?? this.#usage;
  }

  /** Adds one choice of an event, all of it but its text. Answers what there is to tell; undefined where it is no choice. */
  addChoice(given: Readonly<Record<string, unknown>>, index: number): DeltaTold {
    const choice = this.#at(index);
    const finishReason = given["finish_reason"];
    if (typeof finishReason === "string") choice.finishReason = finishReason;
    const delta = given["delta"];
    if (!isObject(delta)) return NOTHING;
    const { content, refusal } = delta;
    const text = typeof content === "string" ? content : typeof refusal === "string" ? refusal : undefined;
    const reasoned = delta["reasoning_content"] ?? delta["reasoning"];
    const reasoning = typeof reasoned === "string" && reasoned !== "" ? reasoned : undefined;
    if (reasoning !== undefined) choice.reasoning += reasoning;
    if (Array.isArray(delta["tool_calls"])) for (const call of delta["tool_calls"]) addToolCall(choice.toolCalls, call);
    return { text, reasoning };
  }

  /** The response that all of it makes; undefined where no choice came. */
  response(): LmResponse | undefined {
    const completions: LmCompletion[] = [];
    for (const choice of this.#choices) {
      if (choice === undefined) return undefined;
      const { text, reasoning, finishReason, toolCalls } = choice;
      if (text === undefined && reasoning === "" && toolCalls.length === 0) return undefined;
      completions.push(
        Object.freeze({
          text: text === undefined || (text === "" && toolCalls.length > 0) ? null : text,
          ...(finishReason === undefined ? {} : { finishReason }),
          ...(reasoning === "" ? {} : { reasoning }),
          ...(toolCalls.length === 0 ? {} : { toolCalls: Object.freeze(toolCalls.map(toolCallObject)) }),
        }),
      );
    }
    if (completions.length === 0) return undefined;
    const head = { completions: Object.freeze(completions), model: this.#model };
    // Frozen because cache and single-flight hand the same object to several callers.
    return Object.freeze(this.#usage === undefined ? head : { ...head, usage: this.#usage });
  }

  #at(index: number): Choice {
    this.#choices[index] ??= { text: undefined, reasoning: "", finishReason: undefined, toolCalls: [] };
    return this.#choices[index];
  }
}

const NOTHING: DeltaTold = { text: undefined, reasoning: undefined };

/** A call's name and arguments come in pieces, told apart by their index; some servers send each whole and without one. */
function addToolCall(calls: ToolCall[], given: unknown): void {
  if (!isObject(given)) return;
  const { index, id, type } = given;
  const said = isObject(given["function"]) ? given["function"] : {};
  const name = typeof said["name"] === "string" ? said["name"] : "";
  const text = typeof said["arguments"] === "string" ? said["arguments"] : "";
  const at = typeof index === "number" && index >= 0 && index <= calls.length ? index : calls.length;
  const known = calls[at];
  if (known === undefined) {
    const callId = typeof id === "string" && id !== "" ? id : undefined;
    calls[at] = { id: callId, type: typeof type === "string" ? type : "function", name, arguments: text };
    return;
  }
  known.name += name;
  known.arguments += text;
}

function toolCallObject({ id, type, name, arguments: text }: ToolCall): JsonObject {
  return { ...(id === undefined ? {} : { id }), type, function: { name, arguments: text } };
}
