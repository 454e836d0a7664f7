// One predictor's call as it is streamed: the pieces of its answers become parts of the run's stream, in the words of its fields.
// Knows no format; the way that is asked has a reader for its own.
import type { AnswerReader, FieldSink } from "./answer-reader.ts";
import type { PartSink, RestartReason, StreamPlace } from "./part-sink.ts";
import type { LmCompletion, LmListener } from "./ports.ts";
import type { AnySignature } from "./signature.ts";
import type { Way } from "./ways.ts";

interface ToldField {
  readonly field: string;
  /** Its text, as far as it was told. */
  told: string;
  status: "coming" | "whole";
  value: unknown;
}

/** Begins to stream a predictor's call; undefined where nobody wants any of its fields. */
export function askStream(parts: PartSink, path: string, { outputs }: AnySignature): AskStream | undefined {
  const fields = outputs.map(({ name }) => name);
  const place = parts.begin(path, fields);
  return place === undefined ? undefined : new AskStream(parts, place, fields);
}

/**
 * Streams one call. Only the first completion is listened to: it is what the prediction holds.
 *
 * What is told while the answer comes is a preview. `settle` tells what was missing or is otherwise.
 */
export class AskStream implements LmListener, FieldSink {
  readonly #parts: PartSink;
  readonly #place: StreamPlace;
  readonly #fields: readonly string[];
  #way: Way | undefined;
  #reader: AnswerReader | undefined;
  #heard = "";
  #heardReasoning = "";
  /** Few: looked through rather than looked up. */
  #told: ToldField[] = [];
  #last: ToldField | undefined;
  #isAnyTold = false;

  constructor(parts: PartSink, place: StreamPlace, fields: readonly string[]) {
    this.#parts = parts;
    this.#place = place;
    this.#fields = fields;
  }

  /** Begins to listen to an ask. */
  listen(way: Way): LmListener {
    this.#way = way;
    this.#begin();
    return this;
  }

  onText(text: string, completion: number): void | Promise<void> {
    if (completion !== 0) return undefined;
    this.#heard += text;
    this.#closeReasoning();
    this.#reader?.push(text);
    return this.#parts.whenTaken();
  }

  onReasoning(text: string, completion: number): void | Promise<void> {
    const field = this.#way?.reasoningField;
    if (completion !== 0 || field === undefined) return undefined;
    this.#heardReasoning += text;
    this.onFieldText(field, text);
    return this.#parts.whenTaken();
  }

  onRestart(): void {
    this.restart("model-failed");
  }

  /** What came does not count. */
  restart(reason: RestartReason): void {
    if (this.#isAnyTold) this.#parts.onRestart(this.#place, reason);
    this.#isAnyTold = false;
    this.#begin();
  }

  /** The ask's answer is whole: what did not come in pieces, because it came from a cache, a record or somebody else's request, is read now. */
  answered({ text, reasoning }: LmCompletion): void {
    if (reasoning?.startsWith(this.#heardReasoning)) {
      const rest = reasoning.slice(this.#heardReasoning.length);
      if (rest !== "") void this.onReasoning(rest, 0);
    }
    const whole = text ?? "";
    // Compared as a whole first: most answers came to their end, and of a long one that is many times as fast as its beginning.
    if (whole !== this.#heard) {
      if (!whole.startsWith(this.#heard)) this.restart("model-failed");
      const rest = whole.slice(this.#heard.length);
      if (rest !== "") void this.onText(rest, 0);
    }
    this.#reader?.end();
  }

  /** The outputs, where the reader has them already. */
  outputs(): Record<string, unknown> | undefined {
    // What the model did by itself is not in the text.
    return this.#way?.isNative === true ? undefined : this.#reader?.outputs?.();
  }

  /** Tells of the outputs what has not been told, or not as they are. */
  settle(outputs: Readonly<Record<string, unknown>>): void {
    for (const field of this.#fields) {
      const value = outputs[field];
      const known = this.#of(field);
      if (known.status === "whole" && isSame(known.value, value)) continue;
      const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
      const { told } = known;
      if (text.startsWith(told) && text !== told) this.onFieldText(field, text.slice(told.length));
      this.onFieldValue(field, value);
    }
  }

  onFieldText(field: string, text: string): void {
    this.#isAnyTold = true;
    this.#of(field).told += text;
    this.#parts.onText(this.#place, field, text);
  }

  onFieldValue(field: string, value: unknown): void {
    this.#isAnyTold = true;
    const told = this.#of(field);
    told.status = "whole";
    told.value = value;
    this.#parts.onValue(this.#place, field, value);
  }

  onFieldInvalid(field: string, reason: string): void {
    this.#isAnyTold = true;
    this.#parts.onInvalid(this.#place, field, reason);
  }

  #begin(): void {
    this.#heard = "";
    this.#heardReasoning = "";
    this.#told = [];
    this.#last = undefined;
    this.#reader = this.#way?.reader(this);
  }

  #of(field: string): ToldField {
    if (this.#last?.field === field) return this.#last;
    let told = this.#told.find((each) => each.field === field);
    if (told === undefined) {
      told = { field, told: "", status: "coming", value: undefined };
      this.#told.push(told);
    }
    this.#last = told;
    return told;
  }

  /** Reasoning ends where the text begins. */
  #closeReasoning(): void {
    const field = this.#way?.reasoningField;
    if (field === undefined || this.#heardReasoning === "" || this.#of(field).status === "whole") return;
    this.onFieldValue(field, this.#heardReasoning);
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || (typeof one === "object" && JSON.stringify(one) === JSON.stringify(other));
}
