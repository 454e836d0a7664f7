// Finds the sections of a chat answer while it comes. A line that may yet become a header is kept back until it is one or is not.
// Knows nothing of prompts; what a whole section holds is read as in a whole answer.

import { readOutputs } from "./answer.ts";
import { type AnswerReader, type FieldSink, tellWhole } from "./answer-reader.ts";
import { STRICT_HEADER, TOLERANT_HEADER } from "./chat-answer.ts";
import type { Compat } from "./compat.ts";
import type { Field } from "./field.ts";
import { FieldText } from "./field-text.ts";
import { isLineBreak, isSpace, strip } from "./python/text.ts";
import type { AnySignature } from "./signature.ts";

/** Reads one chat answer. */
export class ChatReader implements AnswerReader {
  readonly #sink: FieldSink;
  readonly #compat: Compat | undefined;
  readonly #fields: readonly Field[];
  readonly #values = new Map<string, unknown>();
  /** The outputs whose section has not come. */
  readonly #awaited: Map<string, Field>;
  #section: { readonly field: Field; readonly text: FieldText } | undefined;
  /** The begin of a line that may be a header, and how far it is one; undefined inside a line. */
  #line: { text: string; state: HeaderState } | undefined = { text: "", state: 0 };
  /** Whether the line is the rest of a header's own, whose white space at the end is cut off. */
  #isHeaderLine = false;
  #isAfterReturn = false;
  /** Whether the piece has line breaks that are no line feeds; most have none, and are searched faster. */
  #hasOtherBreaks = false;

  constructor({ outputs }: AnySignature, compat: Compat | undefined, sink: FieldSink) {
    this.#sink = sink;
    this.#compat = compat;
    this.#fields = outputs;
    this.#awaited = new Map(outputs.map((field) => [field.name, field]));
  }

  push(text: string): void {
    let at = 0;
    if (this.#isAfterReturn && text !== "") {
      if (text.charCodeAt(0) === LINE_FEED) at = 1;
      this.#isAfterReturn = false;
    }
    this.#hasOtherBreaks = OTHER_BREAK.test(text);
    while (at < text.length) at = this.#line === undefined ? this.#readLine(text, at) : this.#readStart(text, at);
  }

  end(): void {
    if (this.#line !== undefined) this.#giveBackLine();
    this.#close();
  }

  outputs(): Record<string, unknown> | undefined {
    // Under compat an indented header leaves debris in the value, which is not told.
    if (this.#compat !== undefined || this.#values.size < this.#fields.length) return undefined;
    const outputs: Record<string, unknown> = {};
    for (const { name } of this.#fields) outputs[name] = this.#values.get(name);
    return outputs;
  }

  /** Takes the text up to the line's end; answers where it goes on. */
  #readLine(text: string, from: number): number {
    const at = this.#hasOtherBreaks ? lineEnd(text, from) : lineFeed(text, from);
    if (at > from) this.#section?.text.push(from === 0 && at === text.length ? text : text.slice(from, at));
    return at === text.length ? at : this.#breakLine(text, at);
  }

  #breakLine(text: string, at: number): number {
    if (this.#isHeaderLine) this.#section?.text.dropHeld();
    this.#isHeaderLine = false;
    this.#section?.text.push("\n");
    this.#line = { text: "", state: 0 };
    if (text.charCodeAt(at) !== CARRIAGE_RETURN) return at + 1;
    if (at + 1 === text.length) this.#isAfterReturn = true;
    return text.charCodeAt(at + 1) === LINE_FEED ? at + 2 : at + 1;
  }

  /** Follows a line as far as it may be a header; answers where it goes on. */
  #readStart(text: string, from: number): number {
    const line = this.#line;
    if (line === undefined) return from;
    for (let at = from; at < text.length; at++) {
      const state = nextState(line.state, text.charCodeAt(at));
      if (state === undefined) {
        line.text += text.slice(from, at);
        this.#giveBackLine();
        return at;
      }
      line.state = state;
      if (state !== HEADER_DONE) continue;
      line.text += text.slice(from, at + 1);
      this.#readHeader();
      return at + 1;
    }
    line.text += text.slice(from);
    return text.length;
  }

  /** It was no header: what was kept back is text. */
  #giveBackLine(): void {
    const kept = this.#line?.text ?? "";
    this.#line = undefined;
    if (kept !== "") this.#section?.text.push(kept);
  }

  #readHeader(): void {
    const pattern = this.#compat === undefined ? TOLERANT_HEADER : STRICT_HEADER;
    const name = pattern.exec(strip(this.#line?.text ?? ""))?.[1];
    if (name === undefined) {
      this.#giveBackLine();
      return;
    }
    this.#line = undefined;
    this.#close();
    const field = this.#awaited.get(name);
    if (field === undefined) return;
    this.#awaited.delete(name);
    this.#section = { field, text: new FieldText(name, this.#sink) };
    this.#isHeaderLine = true;
  }

  #close(): void {
    const section = this.#section;
    this.#section = undefined;
    this.#isHeaderLine = false;
    if (section === undefined) return;
    const { field, text } = section;
    const source = { adapterName: "chat", outputs: [field], compat: this.#compat, text: text.told, absence: "" };
    tellWhole(this.#sink, field.name, () => {
      const read = readOutputs(source, () => text.told);
      this.#values.set(field.name, read[field.name]);
      return read;
    });
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters at which Python breaks lines.
const OTHER_BREAK = /[\v\f\r\x1c-\x1e\x85\u2028\u2029]/;

function lineFeed(text: string, from: number): number {
  const at = text.indexOf("\n", from);
  return at === -1 ? text.length : at;
}

function lineEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isLineBreak(text.charCodeAt(at))) at++;
  return at;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** How much of `[[ ## name ## ]]` is there: before it 0, after `[` 1, `[[` 2, `#` 3, `##` 4, in the name 5, after it 6, `#` 7, `##` 8, `]` 9, all of it 10. */
type HeaderState = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;
const HEADER_DONE = 10;

/** The state after one more character; undefined where the line cannot be a header. Looser than the patterns, which have the last word. */
function nextState(state: HeaderState, code: number): HeaderState | undefined {
  if (isLineBreak(code)) return undefined;
  switch (state) {
    case 0:
      return code === OPEN ? 1 : isSpace(code) ? 0 : undefined;
    case 1:
      return code === OPEN ? 2 : undefined;
    case 2:
      return code === HASH ? 3 : isBlank(code) ? 2 : undefined;
    case 3:
      return code === HASH ? 4 : undefined;
    case 4:
      return isBlank(code) ? 4 : isNamePart(code) ? 5 : undefined;
    case 5:
      return code === HASH ? 7 : isBlank(code) ? 6 : isNamePart(code) ? 5 : undefined;
    case 6:
      return code === HASH ? 7 : isBlank(code) ? 6 : undefined;
    case 7:
      return code === HASH ? 8 : undefined;
    case 8:
      return code === CLOSE ? 9 : isBlank(code) ? 8 : undefined;
    case 9:
      return code === CLOSE ? 10 : undefined;
    case 10:
      return undefined;
    default:
      return state satisfies never;
  }
}

const OPEN = 0x5b;
const CLOSE = 0x5d;
const HASH = 0x23;

/** White space of JavaScript's patterns, which are what a header is held against. */
function isBlank(code: number): boolean {
  return isSpace(code) || code === 0xfeff;
}

function isNamePart(code: number): boolean {
  if (code > 0x7f) return true;
  return (
    (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f
  );
}
