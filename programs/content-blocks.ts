// Content that is no text, such as images, inside of text: marked while a prompt is written, cut out into blocks at its end.
// Knows no provider; blocks are in OpenAI's form.
import { Buffer } from "node:buffer";
import { type JsonObject, newId } from "../runtime/base/index.ts";

// The mark cannot be foretold, so that no text that comes in from outside can pass for a block.
const MARK = newId("block");
const MARKED = new RegExp(`<<${MARK}:([A-Za-z0-9_-]*)>>`, "g");
const DSPY_START = "<<CUSTOM-TYPE-START-IDENTIFIER>>";
const DSPY_END = "<<CUSTOM-TYPE-END-IDENTIFIER>>";

/** A mark that stands for content blocks; it may be put into text and into JSON. */
export function markOf(blocks: readonly JsonObject[]): string {
  return `<<${MARK}:${Buffer.from(JSON.stringify(blocks), "utf8").toString("base64url")}>>`;
}

/** The text itself where nothing is marked in it, else its parts and the blocks between them. */
export function expandMarks(text: string): string | readonly JsonObject[] {
  if (!text.includes(MARK)) return text;
  const blocks: JsonObject[] = [];
  let start = 0;
  for (const match of text.matchAll(MARKED)) {
    if (match.index > start) blocks.push({ type: "text", text: text.slice(start, match.index) });
    blocks.push(...blocksIn(match[1] ?? ""));
    start = match.index + match[0].length;
  }
  if (start < text.length) blocks.push({ type: "text", text: text.slice(start) });
  return blocks;
}

/** The text with marks as DSPy writes them, where there is no place for blocks. */
export function marksAsText(text: string): string {
  if (!text.includes(MARK)) return text;
  return text.replace(MARKED, (_mark, coded: string) => DSPY_START + JSON.stringify(blocksIn(coded)) + DSPY_END);
}

function blocksIn(coded: string): JsonObject[] {
  return JSON.parse(Buffer.from(coded, "base64url").toString("utf8"));
}
