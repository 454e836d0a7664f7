// Reads JSON as models write it: fenced, cut off, in single quotes, with comments, bare words or missing commas.
// Knows nothing of field types.
import { readBrokenJson } from "./broken-json/broken-json.ts";
import type { Compat } from "./compat.ts";
import { JsonBare } from "./json-repair-bare.ts";
import { hasSameShape, isEmpty } from "./json-repair-shape.ts";
import { jsonLoads, jsonPrefix } from "./python/json-loads.ts";
import { type Dict, type PythonValue, toFloat } from "./python/values.ts";

/** Deeper nesting than this is given up, before the stack is. */
const MAX_DEPTH = 400;
const ESCAPED_DICT = /\{\s*\\["']/y;
/** Where a value or a comment may begin in text that is neither. */
const BEGIN = /[{[(#/]/g;
const SEPARATORS = /[\s,;]*/y;
const NUMBER_IN_LIST = /(?:[0-9\-./_]|[eE]\+?){1,1000}/y;
const NUMBER_IN_DICT = /(?:[0-9\-./_,]|[eE]\+?){1,1000}/y;
const PARENTHESIZED = /^\(\s*(?:["'“0-9+\-.[({)]|(?:null|none|true|false)\b)/i;
const WORD = /[\p{L}_][\p{L}\p{N}_]*/uy;
const WORDS: ReadonlyMap<string, PythonValue> = new Map<string, PythonValue>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["none", null],
]);

/** The value of a text: as JSON where it is JSON, else of the lists and dicts that can be made out in it; `""` where there are none. With compat, of those that DSPy makes out, which are fewer; a Mismatch is thrown where it fails. */
export function repairJson(text: string, compat?: Compat): PythonValue {
  const strict = jsonLoads(text);
  if (strict !== undefined) return strict;
  return compat === undefined ? new JsonRepair(text).readAll() : readBrokenJson(text);
}

class JsonRepair extends JsonBare {
  readonly #escaped: "as-written" | "undone";

  constructor(text: string, escaped: "as-written" | "undone" = "as-written") {
    super(text);
    this.#escaped = escaped;
  }

  /** Several values beside each other are a list of them, but one that has the shape of the one before replaces it. */
  readAll(): PythonValue {
    // A first brace that was forgotten.
    this.skipWhite();
    if (this.char === '"' && this.isAtKey() && this.text.trimEnd().endsWith("}")) {
      return this.#readDict(0);
    }
    const values: PythonValue[] = [];
    let empty: PythonValue = "";
    while (!this.isAtEnd()) {
      if (this.skipComment()) continue;
      if (this.#escaped === "as-written" && this.isAt(ESCAPED_DICT)) return this.#unescaped();
      const value: PythonValue | undefined = this.#readStrict() ?? this.#readBracketed(0);
      if (value instanceof Map) this.#readMorePairs(value);
      if (value === undefined) {
        this.at++;
        this.skipTo(BEGIN);
        continue;
      }
      if (isEmpty(value)) {
        if (empty === "") empty = value;
        continue;
      }
      const last = values.at(-1);
      if (last !== undefined && hasSameShape(last, value)) values.pop();
      values.push(value);
    }
    const [only] = values;
    return values.length > 1 ? values : (only ?? empty);
  }

  /** Pairs behind a brace that closed too early. */
  #readMorePairs(dict: Dict): void {
    for (;;) {
      const start = this.at;
      this.match(/\s*,\s*/y);
      if (this.at === start || this.char !== '"' || !this.isAtKey()) {
        this.at = start;
        return;
      }
      this.#readPair(dict, 0);
      this.match(/\s*\}/y);
    }
  }

  /** A dict whose quotes are all escaped, as in a text within a text. */
  #unescaped(): PythonValue {
    const text = this.text.slice(this.at).replace(/\\(["'])/g, "$1");
    return new JsonRepair(text, "undone").readAll();
  }

  /** A list or dict that is JSON as it stands, with other text around it. */
  #readStrict(): PythonValue | undefined {
    if (this.char !== "{" && this.char !== "[") return undefined;
    const found = jsonPrefix(this.text, this.at);
    if (found === undefined) return undefined;
    this.at = found.end;
    return found.value;
  }

  #readBracketed(depth: number): PythonValue | undefined {
    if (depth > MAX_DEPTH) return undefined;
    const { char } = this;
    if (char !== "{" && char !== "[" && char !== "(") return undefined;
    if (char === "(" && !PARENTHESIZED.test(this.text.slice(this.at, this.at + 20))) return undefined;
    const start = this.at++;
    if (char === "{") return this.#readDict(depth + 1);
    if (char === "[") return this.#readList("]", depth + 1);
    this.parenDepth++;
    const items = this.#readList(")", depth + 1);
    this.parenDepth--;
    const [only] = items;
    const isTuple = items.length !== 1 || /,\s*\)?$/.test(this.text.slice(Math.max(start, this.at - 20), this.at));
    return isTuple || only === undefined ? items : only;
  }

  #readList(close: string, depth: number): PythonValue[] {
    const items: PythonValue[] = [];
    const wasInSet = this.isInSet;
    this.isInSet = close === "}";
    this.listDepth++;
    for (;;) {
      this.match(SEPARATORS);
      const { char } = this;
      if (char === "" || char === close) break;
      // A list that was not closed ends where the dict around it does, or its next key begins.
      if (char === "}" && close !== "}") {
        if (items.length > 0 || this.after(this.at) !== close) break;
        this.at++;
        continue;
      }
      if (this.skipComment()) continue;
      if (this.text.startsWith("...", this.at)) {
        this.at += 3;
        continue;
      }
      const start = this.at;
      if (close !== "}" && this.isAtQuote() && this.isAtKey()) {
        // Behind items it is the next key of the dict around a list that was not closed.
        if (this.dictDepth > 0 && items.length > 0) break;
        items.push(this.#readPairs(depth));
        continue;
      }
      const item = this.#readValue("list", depth);
      // An empty value counts where a comma or the end of the list stands right behind it.
      if (item !== undefined && (!isEmpty(item) || this.char === "," || this.char === close)) items.push(item);
      if (this.at === start) this.at++;
    }
    this.listDepth--;
    this.isInSet = wasInSet;
    if (this.char === close) this.at++;
    return items;
  }

  /** `"a": 1, "b": 2` inside a list, where the braces were forgotten. */
  #readPairs(depth: number): Dict {
    const dict: Dict = new Map();
    while (this.isAtQuote() && this.isAtKey()) {
      this.#readPair(dict, depth);
      this.match(SEPARATORS);
    }
    // Its closing brace may be there all the same.
    if (this.char === "}") this.at++;
    return dict;
  }

  /** A dict, or where no colon follows its first item, the items of a set. */
  #readDict(depth: number): PythonValue {
    if (this.looksLikeSet()) return this.#readList("}", depth);
    const dict: Dict = new Map();
    this.dictDepth++;
    for (;;) {
      this.match(SEPARATORS);
      const { char } = this;
      if (char === "" || char === "}") break;
      if (this.skipComment()) continue;
      if (char === "]" && this.dictDepth > 1) break;
      if (char === "[" && this.#isKeyBehind()) {
        this.at++;
        continue;
      }
      if (char === "{" || char === "[") {
        const inner = this.#readBracketed(depth);
        if (inner === undefined) this.at++;
        if (inner instanceof Map) for (const [key, value] of inner) dict.set(key, value);
        continue;
      }
      const start = this.at;
      this.#readPair(dict, depth);
      if (this.at === start) this.at++;
    }
    this.dictDepth--;
    if (this.char === "}") this.at++;
    return dict;
  }

  /** Whether a key stands behind the bracket here, which then is one too many. */
  #isKeyBehind(): boolean {
    const start = this.at++;
    this.skipWhite();
    const isKey = this.isAtQuote() && this.isAtKey();
    this.at = start;
    return isKey;
  }

  #readPair(dict: Dict, depth: number): void {
    const key = this.readKey();
    this.skipWhite();
    if (key === undefined || this.char === "," || this.char === "}" || this.char === "") {
      return;
    }
    if (this.isColonBehind(this.at)) this.at++;
    while (this.char === ":" || this.char === "=") this.at++;
    for (this.skipWhite(); this.skipComment(); ) this.skipWhite();
    // A sign that begins no value, such as that of a currency, is passed over.
    for (let sign = this.#matchSign(); sign !== ""; sign = this.#matchSign()) this.skipWhite();
    const value = this.#readValue("value", depth);
    dict.set(key, value === undefined ? "" : value);
    this.skipToPairEnd();
  }

  /** A bounded run: the engine keeps a place on its stack for each turn of one whose letters are of more than one unit. */
  #matchSign(): string {
    return this.match(/[^\s\p{L}\p{N}"'“”{}[(.,_+\-/#]{1,1000}/uy);
  }

  /** The value at this place; undefined where none begins here. */
  #readValue(context: "list" | "value", depth: number): PythonValue | undefined {
    const bracketed = this.#readBracketed(depth);
    if (bracketed !== undefined) return bracketed;
    if (this.isAtQuote()) return this.readQuoted(context);
    if (/[0-9.+-]/.test(this.char)) return this.#readNumber(context);
    if (!/[\p{L}_]/u.test(this.char)) return undefined;
    const word = this.#readWord();
    return word === undefined ? this.readBare(context) : word;
  }

  #readNumber(context: "list" | "value"): PythonValue | undefined {
    const start = this.at;
    if (this.char === "+") this.at++;
    const pattern = context === "list" ? NUMBER_IN_LIST : NUMBER_IN_DICT;
    let token = "";
    for (let part = this.match(pattern); part !== ""; part = this.match(pattern)) token += part;
    if (/\p{L}/u.test(this.char)) {
      this.at = start;
      this.match(/[^\p{L}\p{N}]*/uy);
      return this.readBare(context);
    }
    if (/[-+eE/,]$/.test(token)) {
      token = token.slice(0, -1);
      this.at--;
    }
    if (token !== "") return numberOf(token);
    this.at = start + 1;
    return undefined;
  }

  #readWord(): PythonValue | undefined {
    WORD.lastIndex = this.at;
    const word = WORD.exec(this.text)?.[0] ?? "";
    const value = WORDS.get(word.toLowerCase());
    if (value === undefined || this.text[this.at + word.length] === '"') return undefined;
    this.at += word.length;
    return value;
  }
}

function numberOf(token: string): PythonValue {
  const digits = token.replaceAll("_", "");
  // Python reads no longer ints.
  if (digits.length > 4300) return token;
  if (/^-?\d+$/.test(digits)) {
    const number = Number(digits);
    return Number.isSafeInteger(number) ? (number === 0 ? 0 : number) : BigInt(digits);
  }
  const isFloat = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(digits);
  return isFloat ? toFloat(Number(digits)) : token;
}
