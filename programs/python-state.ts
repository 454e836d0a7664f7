// The parameters of programs that Python runs, as they stand in files: DSPy's own entries, under the module's path.
// Knows nothing of how Python is reached, nor of what is in a predictor's entry.
import { isJsonObject, type JsonObject } from "../runtime/base/index.ts";
import { jsonFileText } from "./python/json-file.ts";
import type { PythonValue } from "./python/values.ts";
import { toPython } from "./to-python.ts";

/** Keys of a file that are no entries: DSPy's word on versions, and our own section. */
export const METADATA = "metadata";
export const SECTION = "dspex";

const texts = new WeakMap<object, string>();

/** A state as the JSON that Python reads: floats stay floats. */
export function pythonStateText(state: JsonObject): string {
  let text = texts.get(state);
  if (text === undefined) {
    text = jsonFileText(toPython(state));
    texts.set(state, text);
  }
  return text;
}

/** The entries of a module's state in a file, each under the path that it would have in DSPy's own. */
export function stateEntries(path: string, state: JsonObject): readonly (readonly [string, PythonValue])[] {
  if (path !== "self" && isPredictorState(state)) return [[path, toPython(state)]];
  return Object.entries(state).map(([key, entry]) => [path === "self" ? key : `${path}.${key}`, toPython(entry)]);
}

/** Whether a module's state is that of one predictor, without a path of its own. */
export function isPredictorState(state: JsonObject): boolean {
  return "signature" in state && "demos" in state;
}

/** A module's state out of a file's entries; undefined where there is none. */
export function stateIn(file: JsonObject, path: string): JsonObject | undefined {
  const own = file[path];
  if (isJsonObject(own)) return own;
  const prefix = path === "self" ? "" : `${path}.`;
  const isEntry = (key: string): boolean => key.startsWith(prefix) && key !== METADATA && key !== SECTION;
  const entries = Object.entries(file).filter(([key]) => isEntry(key));
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map(([key, entry]) => [key.slice(prefix.length), entry]));
}
