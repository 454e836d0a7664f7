// What an opening brace holds in JSON that is not quite JSON, and its keys: cut off, bare, in quotes of any kind.
// Knows nothing of values.
import { LOOKAHEAD } from "./json-repair-cursor.ts";
import { JsonStrings, QUOTES } from "./json-repair-strings.ts";

/** The reading of keys at a place in a text. */
export abstract class JsonKeys extends JsonStrings {
  /** Whether what an opening brace holds has no colon before its first comma or its end. */
  looksLikeSet(): boolean {
    const start = this.at;
    this.skipWhite();
    if (this.isAtQuote()) {
      const end = this.find(QUOTES.get(this.char) ?? "", this.at + 1);
      // A key that was cut off counts as an item, unless nothing is left of it.
      const isThere = this.at + 1 < this.text.length;
      const isCut = end === -1 && isThere && this.text.indexOf(":", this.at) === -1;
      const next = end === -1 ? (isCut ? "" : ":") : this.after(end);
      this.at = start;
      return next === "," || next === "}" || next === "";
    }
    const ahead = this.text.slice(this.at, this.at + LOOKAHEAD);
    this.at = start;
    // A single character is no item yet.
    if (ahead.startsWith("[")) return !ahead.includes(":");
    if (ahead.length < 2 || /^[{}[\]:,/#]/.test(ahead)) return false;
    const stop = /[,:}=]/.exec(ahead)?.[0];
    if (stop === "," && this.#isPairInside()) return false;
    return stop !== ":" && stop !== "=";
  }

  /** The key at this place, in quotes or bare; undefined where none begins. */
  readKey(): string | undefined {
    for (;;) {
      if (this.isAtQuote()) return this.readQuoted("key");
      const start = this.at;
      this.match(/[^\p{L}\p{N}"'“”:,}\s=]*/uy);
      if (this.isAtQuote()) return this.readQuoted("key");
      let key = "";
      while (!this.isAtEnd() && !/[:,}"\s=]/.test(this.char)) {
        key += this.char === "\\" ? this.readEscape() : this.take();
      }
      if (this.at === start) {
        // A colon too many before a key.
        if (this.char === ":" && QUOTES.has(this.after(this.at))) {
          this.at++;
          this.skipWhite();
          continue;
        }
        // A colon without a key: what it would name goes with it.
        if (this.char === ":") this.match(/[^,}]*/y);
        return undefined;
      }
      if (this.char === '"') this.at++;
      this.skipWhite();
      // Of several bare words the last is the key.
      if (/[:=,}]/.test(this.char) || this.isAtEnd()) return key;
    }
  }

  /** Whether a key stands between here and the brace that closes. */
  #isPairInside(): boolean {
    const end = Math.min(this.text.length, this.at + LOOKAHEAD);
    for (let at = this.at; at < end; at++) {
      const char = this.text[at] ?? "";
      if (char === "}" || char === "{" || char === "[") return false;
      if (char === ":") return true;
      if (char !== '"') continue;
      const close = this.find('"', at + 1);
      if (close === -1) return false;
      at = close;
    }
    return false;
  }
}
