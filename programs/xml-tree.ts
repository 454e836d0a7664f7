// Reads XML as a strict parser does: elements, attributes, text, character and the five named entities, comments, CDATA.
// Knows no fields; declarations, doctypes and entities of one's own are refused.

/** An element, its text up to the first child, and the text that follows it up to the next element. */
export interface XmlElement {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
  readonly tail: string;
}

/** Deeper nesting than this is refused, before the stack is. */
const MAX_DEPTH = 1000;
const NAME = /[\p{L}\p{Nl}_:][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}_:.\-·]*/uy;
const WHITE = /[ \t\r\n]*/y;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML does not have.
const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

/** The elements of a text that stands for itself, without an element around it; undefined where it is not well-formed. */
export function readXml(text: string): XmlElement | undefined {
  if (FORBIDDEN.test(text) || !text.isWellFormed()) return undefined;
  const reader = new XmlReader(text.replaceAll("\r\n", "\n").replaceAll("\r", "\n"));
  const content = reader.readContent(0);
  return content === undefined || !reader.isAtEnd()
    ? undefined
    : { tag: "", attributes: new Map(), ...content, tail: "" };
}

/** An element as Python's `ElementTree.tostring` writes it, with its tail. */
export function writeXml({ tag, attributes, children, text, tail }: XmlElement): string {
  const open = `<${tag}${[...attributes].map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`).join("")}`;
  const inside = escapeText(text) + children.map(writeXml).join("");
  return `${inside === "" ? `${open} />` : `${open}>${inside}</${tag}>`}${escapeText(tail)}`;
}

type Content = Pick<XmlElement, "children" | "text">;

class XmlReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** Text and elements up to an end tag or the end of everything. */
  readContent(depth: number): Content | undefined {
    const first = this.#readText();
    if (first === undefined || depth > MAX_DEPTH) return undefined;
    const children: XmlElement[] = [];
    while (this.#at < this.#text.length && !this.#text.startsWith("</", this.#at)) {
      const element = this.#readElement(depth);
      if (element === undefined) return undefined;
      children.push(element);
    }
    return { children, text: first };
  }

  #readElement(depth: number): XmlElement | undefined {
    this.#at++;
    const tag = this.#match(NAME);
    const attributes = tag === "" ? undefined : this.#readAttributes();
    if (attributes === undefined) return undefined;
    let content: Content = { children: [], text: "" };
    if (!this.#take("/>")) {
      if (!this.#take(">")) return undefined;
      const inner = this.readContent(depth + 1);
      if (inner === undefined || !this.#take(`</${tag}`)) return undefined;
      this.#match(WHITE);
      if (!this.#take(">")) return undefined;
      content = inner;
    }
    const tail = this.#readText();
    return tail === undefined ? undefined : { tag, attributes, ...content, tail };
  }

  #readAttributes(): Map<string, string> | undefined {
    const attributes = new Map<string, string>();
    for (;;) {
      const white = this.#match(WHITE);
      const name = this.#match(NAME);
      if (name === "") return attributes;
      this.#match(WHITE);
      if (white === "" || attributes.has(name) || !this.#take("=")) return undefined;
      this.#match(WHITE);
      const quote = this.#text[this.#at];
      if (quote !== '"' && quote !== "'") return undefined;
      const end = this.#text.indexOf(quote, this.#at + 1);
      const raw = this.#text.slice(this.#at + 1, end);
      const value = end === -1 || raw.includes("<") ? undefined : unescapeXml(raw.replace(/[\t\n]/g, " "));
      if (value === undefined) return undefined;
      attributes.set(name, value);
      this.#at = end + 1;
    }
  }

  /** Text up to the next tag; comments count as nothing. */
  #readText(): string | undefined {
    let text = "";
    for (;;) {
      const next = this.#text.indexOf("<", this.#at);
      const raw = this.#text.slice(this.#at, next === -1 ? undefined : next);
      const part = raw.includes("]]>") ? undefined : unescapeXml(raw);
      if (part === undefined) return undefined;
      text += part;
      this.#at += raw.length;
      if (this.#take("<![CDATA[")) {
        const end = this.#text.indexOf("]]>", this.#at);
        if (end === -1) return undefined;
        text += this.#text.slice(this.#at, end);
        this.#at = end + 3;
      } else if (this.#take("<!--")) {
        const end = this.#text.indexOf("--", this.#at);
        if (end === -1 || this.#text[end + 2] !== ">") return undefined;
        this.#at = end + 3;
      } else if (
        this.#text.startsWith("<?", this.#at) &&
        !/^<\?xml[\s?]/i.test(this.#text.slice(this.#at, this.#at + 6))
      ) {
        const end = this.#text.indexOf("?>", this.#at);
        if (end === -1) return undefined;
        this.#at = end + 2;
      } else return text;
    }
  }

  #take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }
}

function unescapeXml(raw: string): string | undefined {
  if (!raw.includes("&")) return raw;
  let isKnown = true;
  const text = raw.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));|&/g, (_match, decimal, hex, name) => {
    const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
    const found = name === undefined ? characterOf(code) : ENTITIES.get(name);
    if (found === undefined) isKnown = false;
    return found ?? "";
  });
  return isKnown ? text : undefined;
}

function characterOf(code: number): string | undefined {
  if (!(code >= 0 && code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  const char = String.fromCodePoint(code);
  return FORBIDDEN.test(char) ? undefined : char;
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function escapeAttribute(text: string): string {
  return escapeText(text)
    .replaceAll('"', "&quot;")
    .replaceAll("\r", "&#13;")
    .replaceAll("\n", "&#10;")
    .replaceAll("\t", "&#09;");
}
