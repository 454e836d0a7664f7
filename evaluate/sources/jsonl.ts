// Reads examples from a JSONL file, one object per line, as a stream.
// Knows nothing of what the fields mean or of data sets.
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import type { JsonObject } from "../../runtime/base/index.ts";
import { type Dataset, type DatasetOptions, dataset } from "../dataset.ts";
import { lineMalformed, sourceUnreadable } from "../errors.ts";
import { findJsonFault } from "./json-fault.ts";
import { type Line, splitLines } from "./lines.ts";

/**
 * Reads the objects of a JSONL file one by one; blank lines count but are skipped.
 *
 * Throws EVALUATION_LINE_MALFORMED (file, line and column in `details`) at the first line that is no JSON object, after the lines before
 * it were given; EVALUATION_SOURCE_UNREADABLE where the file cannot be read. Leaving the loop closes the file.
 */
export async function* readJsonl(file: string): AsyncGenerator<JsonObject> {
  yield* parseJsonl(openFile(file), file);
}

/** The same for bytes from elsewhere; `sourceName` stands in messages. */
export async function* parseJsonl(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  sourceName: string,
): AsyncGenerator<JsonObject> {
  for await (const line of splitLines(chunks)) {
    const object = parseLine(line, sourceName);
    if (object !== undefined) yield object;
  }
}

/**
 * Reads a JSONL file as a data set, named after the file unless `options.name` says otherwise.
 *
 * Rejects as `readJsonl` does, and with EVALUATION_DATASET_EMPTY, EVALUATION_DATASET_INVALID.
 */
export async function jsonlDataset(file: string, options: DatasetOptions = {}): Promise<Dataset> {
  const objects: JsonObject[] = [];
  for await (const object of readJsonl(file)) objects.push(object);
  return dataset(objects, { name: basename(file, ".jsonl"), ...options });
}

async function* openFile(file: string): AsyncGenerator<Uint8Array> {
  const stream = createReadStream(file);
  try {
    for await (const chunk of stream) yield chunk;
  } catch (error) {
    throw sourceUnreadable(file, error);
  } finally {
    stream.destroy();
  }
}

function parseLine(line: Line, sourceName: string): JsonObject | undefined {
  if (line.text === null) throw lineMalformed(sourceName, line.number, 1, "bytes that are no UTF-8 text");
  if (line.text.trim() === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch (error) {
    const fault = findJsonFault(line.text);
    // Some engines' word for it is all there is, should the two ever disagree.
    const found = fault?.found ?? (error instanceof Error ? error.message : "no JSON");
    throw lineMalformed(sourceName, line.number, (fault?.offset ?? 0) + 1, found);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const column = line.text.search(/\S/) + 1;
    throw lineMalformed(sourceName, line.number, column, Array.isArray(value) ? "an array" : JSON.stringify(value));
  }
  // JSON.parse has just made it: an object of JSON values.
  return value as JsonObject;
}
