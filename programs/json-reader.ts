// Finds the values of a JSON answer while it comes: strings are told as what they spell, other values as they are written.
// Mends nothing: where an answer is no plain JSON it falls silent, and the whole is read as ever.
import { type AnswerReader, type FieldSink, tellWhole } from "./answer-reader.ts";
import type { Compat } from "./compat.ts";
import type { Field } from "./field.ts";
import { readJsonAnswer } from "./json-answer.ts";

/** A key longer than this is none of a signature's. */
const LONGEST_KEY = 1000;

interface Value {
  readonly field: Field | undefined;
  /** As it is written, so far. */
  written: string;
}

/** Where in the object the reader is. */
type Place = "before" | "at-key" | "in-key" | "at-colon" | "at-value" | "in-string" | "in-nested" | "in-word" | "over";

/** Reads one JSON answer. */
export class JsonReader implements AnswerReader {
  readonly #adapterName: string;
  readonly #outputs: ReadonlyMap<string, Field>;
  readonly #compat: Compat | undefined;
  readonly #sink: FieldSink;
  #place: Place = "before";
  #key = "";
  #value: Value = { field: undefined, written: "" };
  /** The begin of an escape, or the first half of a pair of them. */
  #escape = "";
  #depth = 0;
  /** Inside a string of a nested value, and whether its last character was a backslash. */
  #nestedString: "none" | "inside" | "escaped" = "none";

  constructor(adapterName: string, outputs: readonly Field[], compat: Compat | undefined, sink: FieldSink) {
    this.#adapterName = adapterName;
    this.#outputs = new Map(outputs.map((field) => [field.name, field]));
    this.#compat = compat;
    this.#sink = sink;
  }

  push(text: string): void {
    let at = 0;
    while (at < text.length && this.#place !== "over") at = this.#read(text, at);
  }

  end(): void {
    this.#place = "over";
  }

  #read(text: string, at: number): number {
    switch (this.#place) {
      case "before":
        return this.#readUntilObject(text, at);
      case "at-key":
        return this.#readAtKey(text, at);
      case "in-key":
        return this.#readKey(text, at);
      case "at-colon":
        if (!isBlank(text, at)) this.#place = text[at] === ":" ? "at-value" : "over";
        return at + 1;
      case "at-value":
        return isBlank(text, at) ? at + 1 : this.#beginValue(text, at);
      case "in-string":
        return this.#readString(text, at);
      case "in-nested":
        return this.#readNested(text, at);
      case "in-word":
        return this.#readWord(text, at);
      case "over":
        return text.length;
      default:
        return this.#place satisfies never;
    }
  }

  /** What stands before the object, a fence or some words, is passed over. */
  #readUntilObject(text: string, from: number): number {
    const at = text.indexOf("{", from);
    if (at === -1) return text.length;
    this.#place = "at-key";
    return at + 1;
  }

  #readAtKey(text: string, at: number): number {
    const char = text[at];
    if (char === '"') {
      this.#key = "";
      this.#place = "in-key";
    } else if (char !== "," && !isBlank(text, at)) {
      // The object's end, or something that only mending could read.
      this.#place = "over";
    }
    return at + 1;
  }

  #readKey(text: string, from: number): number {
    for (let at = from; at < text.length; at++) {
      const char = text[at];
      const isEscaped = this.#key.endsWith("\\") && !this.#key.endsWith("\\\\");
      if (char === '"' && !isEscaped) {
        this.#place = "at-colon";
        return at + 1;
      }
      this.#key += char;
      if (this.#key.length > LONGEST_KEY) this.#place = "over";
      if (this.#place === "over") return at;
    }
    return text.length;
  }

  #beginValue(text: string, at: number): number {
    this.#value = { field: this.#outputs.get(this.#key), written: "" };
    const char = text[at];
    if (char === '"') {
      this.#value.written = '"';
      this.#place = "in-string";
      return at + 1;
    }
    this.#depth = 0;
    this.#nestedString = "none";
    this.#place = char === "{" || char === "[" ? "in-nested" : "in-word";
    return at;
  }

  #readString(text: string, from: number): number {
    if (this.#escape !== "") return this.#readEscape(text, from);
    let at = from;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE || code === BACKSLASH) break;
    }
    if (at > from) this.#take(text.slice(from, at));
    if (at === text.length) return at;
    if (text.charCodeAt(at) === BACKSLASH) {
      this.#escape = "\\";
      return at + 1;
    }
    this.#value.written += '"';
    this.#closeValue();
    return at + 1;
  }

  /** Follows an escape to its end; of a pair that is one character, to the end of the second. */
  #readEscape(text: string, at: number): number {
    const isFirstHalf = this.#escape.length === ESCAPE_LENGTH;
    if (isFirstHalf && text.charCodeAt(at) !== BACKSLASH) {
      this.#giveEscape();
      return at;
    }
    this.#escape += text[at];
    const last = this.#escape.length > ESCAPE_LENGTH ? this.#escape.slice(ESCAPE_LENGTH) : this.#escape;
    const isWhole = last.length > 1 && (last[1] !== "u" || last.length === ESCAPE_LENGTH);
    if (isWhole && !/^\\ud[89ab]..$/i.test(this.#escape)) this.#giveEscape();
    return at + 1;
  }

  #giveEscape(): void {
    const written = this.#escape;
    this.#escape = "";
    this.#value.written += written;
    try {
      this.#tell(String(JSON.parse(`"${written}"`)));
    } catch {
      // No escape of JSON's: only mending can say what is meant.
      this.#place = "over";
    }
  }

  #readNested(text: string, from: number): number {
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (this.#nestedString === "escaped") this.#nestedString = "inside";
      else if (this.#nestedString === "inside") {
        if (code === BACKSLASH) this.#nestedString = "escaped";
        else if (code === QUOTE) this.#nestedString = "none";
      } else if (code === QUOTE) this.#nestedString = "inside";
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) this.#depth++;
      else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
        this.#depth--;
        if (this.#depth > 0) continue;
        this.#take(text.slice(from, at + 1));
        this.#closeValue();
        return at + 1;
      }
    }
    this.#take(text.slice(from));
    return text.length;
  }

  #readWord(text: string, from: number): number {
    let at = from;
    while (at < text.length && !isBlank(text, at) && text[at] !== "," && text[at] !== "}") at++;
    if (at > from) this.#take(text.slice(from, at));
    if (at < text.length) this.#closeValue();
    return at;
  }

  #take(written: string): void {
    this.#value.written += written;
    this.#tell(written);
  }

  #tell(text: string): void {
    if (this.#value.field !== undefined) this.#sink.onFieldText(this.#value.field.name, text);
  }

  #closeValue(): void {
    this.#place = "at-key";
    const { field, written } = this.#value;
    if (field === undefined) return;
    const object = `{${JSON.stringify(field.name)}: ${written}}`;
    tellWhole(this.#sink, field.name, () => readJsonAnswer(this.#adapterName, [field], object, this.#compat));
  }
}

/** Of `\\u0041`. */
const ESCAPE_LENGTH = 6;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
