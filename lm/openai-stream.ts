// Reads a chat completion that comes as server-sent events, and tells its pieces as they come.
// Knows nothing of sockets: it is given text as it arrived, cut anywhere.
import type { BaseError } from "../runtime/base/index.ts";
import { type EventFraming, EventShape } from "./event-shape.ts";
import type { LmListener } from "./listener.ts";
import { StreamedChoices } from "./openai-delta.ts";
import { isObject, type ParsedBody, parseResponseBody } from "./openai-wire.ts";

/** Words the failures of a stream. */
export interface StreamFaults {
  /** Something else came than the events of a chat completion. */
  invalid(expected: string, found: string): BaseError;
  /** An event told of an error in place of an answer. */
  refused(body: string): BaseError;
  /** The stream ended before the answer did. */
  cutShort(): BaseError;
}

/** Reads one answer. */
export class OpenaiStream {
  readonly #listener: LmListener;
  readonly #faults: StreamFaults;
  readonly #modelAsked: string;
  readonly #choices: StreamedChoices;
  #status: "beginning" | "events" | "whole-body" | "done" = "beginning";
  /** What came after the last line's end. */
  #rest = "";
  /** The data of an event whose end has not come. */
  #data: string | undefined;
  #framing: EventFraming = { prefix: "data: ", lineEnd: "\n" };
  #shape: EventShape | undefined;
  /** Text that is found but not yet told: all that came at once is told at once. */
  #untold = "";
  #untoldIndex = 0;
  #wait: void | Promise<void> = undefined;

  constructor(modelAsked: string, listener: LmListener, faults: StreamFaults) {
    this.#modelAsked = modelAsked;
    this.#choices = new StreamedChoices(modelAsked);
    this.#listener = listener;
    this.#faults = faults;
  }

  /** Takes what came. A promise: wait for it before reading on. Throws where it is no answer. */
  push(text: string): void | Promise<void> {
    if (this.#status === "done") return undefined;
    if (this.#status === "beginning") {
      const begun = text.trimStart();
      if (begun === "") return undefined;
      // A server that does not stream answers as it always does.
      this.#status = begun.startsWith("{") ? "whole-body" : "events";
    }
    // Nothing of what came before is looked at again: a line without end must not cost the square of its length.
    if (this.#status === "whole-body" || !text.includes("\n")) {
      this.#rest += text;
      return undefined;
    }
    this.#wait = undefined;
    this.#readLines(this.#rest === "" ? text : this.#rest + text);
    this.#tell();
    return this.#wait;
  }

  /** The response, once nothing more comes. */
  end(): ParsedBody {
    if (this.#status === "whole-body") return parseResponseBody(this.#rest, this.#modelAsked);
    if (this.#status === "beginning") return { status: "invalid", expected: "events" };
    if (this.#status === "events") {
      this.#readLine(this.#rest, 0, this.#rest.length, this.#rest.length);
      this.#dispatch();
      this.#tell();
      if (!this.#choices.isFinished && !this.#isDone()) throw this.#faults.cutShort();
    }
    const response = this.#choices.response();
    if (response === undefined) return { status: "invalid", expected: "events whose choices have text or tool calls" };
    return { status: "response", response };
  }

  #isDone(): boolean {
    return this.#status === "done";
  }

  #readLines(all: string): void {
    let start = 0;
    let searches = MOST_SEARCHES;
    for (;;) {
      const shape = this.#data === undefined && searches > 0 ? this.#shape : undefined;
      const run = shape?.readRun(all, start);
      if (shape !== undefined && run !== undefined) {
        searches--;
        this.#takeText(run.text, shape.choice);
        start = run.end;
      }
      const end = all.indexOf("\n", start);
      if (end === -1) break;
      this.#readLine(all, start, end > start && all.charCodeAt(end - 1) === 0x0d ? end - 1 : end, end);
      if (this.#isDone()) return;
      start = end + 1;
    }
    this.#rest = start === 0 ? all : all.slice(start);
  }

  /** Reads the line up to `end`; what stands from there to `lineFeed` ended it. */
  #readLine(all: string, start: number, end: number, lineFeed: number): void {
    if (end === start) {
      this.#dispatch();
      return;
    }
    // Comments, which some servers send to keep the connection alive, and fields that say nothing of the answer.
    if (!all.startsWith("data:", start)) {
      if (all.startsWith("<", start)) throw this.#faults.invalid("events", all);
      return;
    }
    const from = all.charCodeAt(start + 5) === 0x20 ? start + 6 : start + 5;
    if (this.#data !== undefined) {
      this.#data += `\n${all.slice(from, end)}`;
      return;
    }
    const text = this.#shape?.read(all, from, end);
    if (this.#shape !== undefined && text !== undefined) {
      this.#takeText(text, this.#shape.choice);
      return;
    }
    this.#data = all.slice(from, end);
    this.#framing = { prefix: from === start + 6 ? "data: " : "data:", lineEnd: end === lineFeed ? "\n" : "\r\n" };
  }

  /** Reads the event that is complete. */
  #dispatch(): void {
    const data = this.#data;
    if (data === undefined) return;
    this.#data = undefined;
    if (data.trim() === "[DONE]") {
      this.#status = "done";
      return;
    }
    let event: unknown;
    try {
      event = JSON.parse(data);
    } catch {
      // No cause: V8's message quotes the data, in which a provider may have repeated a key.
      throw this.#faults.invalid("events of JSON", data);
    }
    if (!isObject(event)) throw this.#faults.invalid("events of JSON objects", data);
    if (event["error"] !== undefined && event["error"] !== null) throw this.#faults.refused(data);
    this.#choices.addEvent(event);
    const choices = event["choices"];
    if (!Array.isArray(choices)) {
      if (event["usage"] === undefined) throw this.#faults.invalid("events with an array `choices`", data);
      return;
    }
    for (const choice of choices) this.#readChoice(choice, data, choices.length === 1 && !isObject(event["usage"]));
  }

  #readChoice(choice: unknown, data: string, isAlone: boolean): void {
    if (!isObject(choice)) throw this.#faults.invalid("`choices` of objects", data);
    const index = typeof choice["index"] === "number" && choice["index"] >= 0 ? Math.floor(choice["index"]) : 0;
    if (index > MOST_CHOICES) throw this.#faults.invalid("choices counted from 0", data);
    const { text, reasoning } = this.#choices.addChoice(choice, index);
    if (reasoning !== undefined) {
      this.#tell();
      this.#waitFor(this.#listener.onReasoning(reasoning, index));
    }
    if (text === undefined) return;
    this.#takeText(text, index);
    if (isAlone && reasoning === undefined) this.#shape = shapeOf(choice, data, text, index, this.#framing);
  }

  #takeText(text: string, index: number): void {
    this.#choices.addText(index, text);
    if (index !== this.#untoldIndex) {
      this.#tell();
      this.#untoldIndex = index;
    }
    this.#untold += text;
  }

  #tell(): void {
    if (this.#untold === "") return;
    const text = this.#untold;
    this.#untold = "";
    this.#waitFor(this.#listener.onText(text, this.#untoldIndex));
  }

  #waitFor(answered: void | Promise<void>): void {
    if (answered !== undefined) this.#wait = answered;
  }
}

/** Nobody asks for as many: an index beyond it is garbage that must not become a huge array. */
const MOST_CHOICES = 10_000;

/** Runs looked for in what came at once: each search may go through all of it, and the sum must stay in proportion to its length. */
const MOST_SEARCHES = 8;

/** The shape of an event that brings text and nothing else; undefined where there is none to rely on. */
function shapeOf(
  choice: Readonly<Record<string, unknown>>,
  data: string,
  text: string,
  index: number,
  framing: EventFraming,
): EventShape | undefined {
  const { finish_reason: finishReason, delta } = choice;
  if ((finishReason !== null && finishReason !== undefined) || !isObject(delta) || delta["tool_calls"] !== undefined) {
    return undefined;
  }
  const key = data.indexOf('"content"');
  if (key === -1 || data.includes("\n")) return undefined;
  const literal = data.indexOf('"', data.indexOf(":", key) + 1);
  const written = JSON.stringify(text);
  if (literal === -1 || !data.startsWith(written, literal)) return undefined;
  return new EventShape(data.slice(0, literal + 1), data.slice(literal + written.length - 1), index, framing);
}
