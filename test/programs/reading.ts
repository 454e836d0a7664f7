// Reads an answer in pieces with an adapter's reader, for the tests of streams.
// Knows no format.
import type { Adapter, Signature } from "../../programs/index.ts";

/** What a reader told: the text of each field, and what became of it. */
export interface Read {
  readonly texts: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
  readonly invalid: Readonly<Record<string, string>>;
  /** Each telling in order: `field+text`, `field=value`, `field!reason`. */
  readonly told: readonly string[];
}

/** Reads a text cut at these places (counted around its length). */
export function readInPieces(
  adapter: Adapter,
  signature: Signature<object, object>,
  text: string,
  cuts: readonly number[] = [],
): Read {
  const texts: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const invalid: Record<string, string> = {};
  const told: string[] = [];
  const reader = adapter.prepare(signature, [], undefined).reader?.({
    onFieldText(field, more) {
      texts[field] = (texts[field] ?? "") + more;
      told.push(`${field}+${more}`);
    },
    onFieldValue(field, value) {
      values[field] = value;
      told.push(`${field}=${JSON.stringify(value)}`);
    },
    onFieldInvalid(field, reason) {
      invalid[field] = reason;
      told.push(`${field}!${reason}`);
    },
  });
  if (reader === undefined) throw new Error("The adapter has no reader.");
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  let start = 0;
  for (const place of [...places, text.length]) {
    reader.push(text.slice(start, place));
    start = place;
  }
  reader.end();
  return { texts, values, invalid, told };
}
