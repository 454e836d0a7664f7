// Sets have no order: their items are put into one, so that two sets can be compared as lists.
// Knows nothing of what is compared.
import { Sequence } from "../../programs/index.ts";
import { pythonJson } from "./python-json.ts";

/** A value in which the items of those lists are sorted that are sets in the recorded one. */
export function withSetsSorted(value: unknown, recorded: unknown): unknown {
  if (Array.isArray(recorded)) {
    return Array.isArray(value) ? value.map((item, index) => withSetsSorted(item, recorded[index])) : value;
  }
  if (value instanceof Sequence) {
    const items = withSetsSorted([...value.items], recorded);
    return Array.isArray(items) ? new Sequence(value.kind, items) : value;
  }
  if (typeof recorded !== "object" || recorded === null || !("$" in recorded)) return value;
  if (recorded.$ === "set" && Array.isArray(value))
    return value.toSorted((a, b) => (pythonJson(a) < pythonJson(b) ? -1 : 1));
  if (recorded.$ === "tuple" && "value" in recorded) return withSetsSorted(value, recorded.value);
  if (recorded.$ !== "dict" || !("entries" in recorded) || !Array.isArray(recorded.entries)) return value;
  const items = new Map<unknown, unknown>(recorded.entries);
  const sorted = ([key, item]: [unknown, unknown]) => [key, withSetsSorted(item, items.get(key))] as const;
  if (value instanceof Map) return new Map([...value].map(sorted));
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(sorted)) : value;
}
