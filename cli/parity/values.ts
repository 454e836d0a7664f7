// The values of recorded cases: JSON with Python's own kinds tagged by "$".
// Knows nothing of what they are used for.
import { float, int, type PythonValue, Sequence } from "../../programs/index.ts";

/** A tagged value of a kind that dspex does not have. */
export class UnknownTag extends Error {
  readonly tag: string;

  constructor(tag: string) {
    super(`values of the kind "${tag}" are not there yet`);
    this.tag = tag;
  }
}

/** The Python value of a recorded one. `ints` says whether whole numbers are marked as ints, as inputs need, or left plain. Throws UnknownTag. */
export function loadValue(value: unknown, ints: "marked" | "plain"): PythonValue {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return ints === "marked" && Number.isInteger(value) ? int(value) : value;
  if (Array.isArray(value)) return value.map((item) => loadValue(item, ints));
  const record = Object(value) as Record<string, unknown>;
  if (typeof record["$"] === "string") return loadTagged(record["$"], record, ints);
  return new Map(Object.entries(record).map(([key, item]) => [key, loadValue(item, ints)]));
}

function loadTagged(tag: string, record: Record<string, unknown>, ints: "marked" | "plain"): PythonValue {
  const items = (): PythonValue[] =>
    listOf(record["value"] ?? record["items"] ?? record["values"]).map((item) => loadValue(item, ints));
  switch (tag) {
    case "float":
      return loadFloat(String(record["value"]));
    case "int":
      return BigInt(String(record["value"]));
    case "tuple":
    case "set":
      return new Sequence(tag, items());
    case "dict":
      return new Map(
        listOf(record["entries"] ?? record["value"] ?? record["items"]).map((entry) => {
          const [key, item] = listOf(entry);
          return [loadValue(key, ints), loadValue(item, ints)];
        }),
      );
    default:
      throw new UnknownTag(tag);
  }
}

function loadFloat(text: string): PythonValue {
  const number = text === "inf" ? Infinity : text === "-inf" ? -Infinity : text === "nan" ? Number.NaN : Number(text);
  return Number.isInteger(number) ? float(number) : number;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
