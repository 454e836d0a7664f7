// Finds the elements of an XML answer while it comes: text is told as what it spells, what is nested as it is written.
// Knows nothing of schemas; what a whole element holds is read as in a whole answer.
import { type AnswerReader, type FieldSink, tellWhole } from "./answer-reader.ts";
import type { Compat } from "./compat.ts";
import type { Field } from "./field.ts";
import { FieldText } from "./field-text.ts";
import { readXmlAnswer } from "./xml-answer.ts";

/** A tag longer than this is none of a signature's, and text with a `&` in it no entity. */
const LONGEST_TAG = 300;
const LONGEST_ENTITY = 12;
const TAG = /^<(\/?)([^\s/>]+)[^<>]*?(\/?)>$/;
const CDATA = "<![CDATA[";

interface Element {
  readonly field: Field;
  readonly text: FieldText;
  /** Its elements as they are written: a list may be several. */
  written: string;
  /** How many elements of its own name are open. */
  depth: number;
}

/** Reads one XML answer. */
export class XmlReader implements AnswerReader {
  readonly #outputs: ReadonlyMap<string, Field>;
  readonly #compat: Compat | undefined;
  readonly #sink: FieldSink;
  readonly #told = new Set<string>();
  #element: Element | undefined;
  /** A tag or an entity that is not whole. */
  #held = "";
  #isCdata = false;

  constructor(outputs: readonly Field[], compat: Compat | undefined, sink: FieldSink) {
    this.#outputs = new Map(outputs.map((field) => [field.name, field]));
    this.#compat = compat;
    this.#sink = sink;
  }

  push(text: string): void {
    let at = 0;
    while (at < text.length) at = this.#held === "" ? this.#readText(text, at) : this.#readHeld(text, at);
  }

  end(): void {
    if (this.#element?.depth === 0) this.#closeField();
  }

  get #isInside(): boolean {
    return this.#element !== undefined && this.#element.depth > 0;
  }

  #readText(text: string, from: number): number {
    let at = from;
    for (; at < text.length; at++) {
      const char = text[at];
      if (this.#isCdata ? char === "]" : char === "<" || (char === "&" && this.#isInside)) break;
    }
    if (at > from) this.#take(text.slice(from, at), text.slice(from, at));
    if (at === text.length) return at;
    this.#held = text[at] ?? "";
    return at + 1;
  }

  /** Follows what is held to its end; answers where it goes on. */
  #readHeld(text: string, at: number): number {
    const char = text[at] ?? "";
    if (this.#isCdata) return this.#readCdataEnd(char, at);
    if (this.#held.startsWith("&")) return this.#readEntity(char, at);
    // A second `<` before the tag's end: the first was none.
    if (char === "<") {
      this.#giveHeld();
      return at;
    }
    this.#held += char;
    if (this.#held === CDATA && this.#isInside) {
      this.#isCdata = true;
      this.#take("", this.#held);
      this.#held = "";
    } else if (char === ">") this.#readTag();
    else if (this.#held.length > LONGEST_TAG) this.#giveHeld();
    return at + 1;
  }

  #readCdataEnd(char: string, at: number): number {
    const held = this.#held + char;
    if (held === "]]>") {
      this.#isCdata = false;
      this.#take("", held);
      this.#held = "";
      return at + 1;
    }
    if ("]]>".startsWith(held)) {
      this.#held = held;
      return at + 1;
    }
    this.#giveHeld();
    return at;
  }

  #readEntity(char: string, at: number): number {
    this.#held += char;
    if (char === ";") {
      const entity = this.#held;
      this.#held = "";
      this.#take(ENTITIES.get(entity) ?? entity, entity);
    } else if (this.#held.length > LONGEST_ENTITY || !/[\w#]/.test(char)) {
      this.#held = this.#held.slice(0, -1);
      this.#giveHeld();
      return at;
    }
    return at + 1;
  }

  #giveHeld(): void {
    const held = this.#held;
    this.#held = "";
    this.#take(held, held);
  }

  #readTag(): void {
    const tag = this.#held;
    this.#held = "";
    const [, isEnd, name = "", isEmpty] = TAG.exec(tag) ?? [];
    const open = this.#element;
    if (open !== undefined && open.depth > 0) {
      if (name === open.field.name && isEmpty === "") open.depth += isEnd === "" ? 1 : -1;
      if (open.depth > 0) this.#take(tag, tag);
      else this.#closeElement(open, tag);
      return;
    }
    const field = isEnd === "" ? this.#outputs.get(name) : undefined;
    if (field === undefined) return;
    if (open !== undefined && open.field !== field) this.#closeField();
    // What comes of a field after it was told is left to the whole answer's reading.
    if (this.#told.has(name)) return;
    this.#element ??= { field, text: new FieldText(name, this.#sink), written: "", depth: 0 };
    this.#element.written += tag;
    if (isEmpty === "") this.#element.depth = 1;
    else this.#closeElement(this.#element, "");
  }

  #take(text: string, written: string): void {
    const element = this.#element;
    if (element === undefined || element.depth === 0) return;
    element.written += written;
    if (text !== "") element.text.push(text);
  }

  #closeElement(element: Element, tag: string): void {
    element.written += tag;
    element.depth = 0;
    // Of a list there may be more elements.
    if (!mayRepeat(element.field)) this.#closeField();
  }

  #closeField(): void {
    const element = this.#element;
    this.#element = undefined;
    if (element === undefined) return;
    const { field, written } = element;
    this.#told.add(field.name);
    tellWhole(this.#sink, field.name, () => readXmlAnswer([field], written, this.#compat));
  }
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&apos;", "'"],
]);

function mayRepeat({ type }: Field): boolean {
  const isList = (kind: string): boolean => kind === "list" || kind === "set" || kind === "tuple";
  return isList(type.kind) || (type.kind === "union" && type.members.some(({ kind }) => isList(kind)));
}
