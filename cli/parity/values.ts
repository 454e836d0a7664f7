// The values of recorded cases: JSON with Python's own kinds tagged by "$".
// Knows nothing of what they are used for.
import { type FieldType, float, int, type PythonValue, parseValue, Sequence } from "../../programs/index.ts";

/** A tagged value of a kind that dspex does not have. */
export class UnknownTag extends Error {
  readonly tag: string;

  constructor(tag: string) {
    super(`values of the kind "${tag}" are not there yet`);
    this.tag = tag;
  }
}

/** The enums and models of a case, by name. */
export type RecordedNames = ReadonlyMap<string, FieldType>;

/** The Python value of a recorded one; `names` are the case's own types. `ints` says whether whole numbers are marked as ints, as inputs need, or left plain. Throws UnknownTag. */
export function loadValue(value: unknown, ints: "marked" | "plain", names?: RecordedNames): PythonValue {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return ints === "marked" && Number.isInteger(value) ? int(value) : value;
  if (Array.isArray(value)) return value.map((item) => loadValue(item, ints, names));
  const record = Object(value) as Record<string, unknown>;
  if (typeof record["$"] === "string") return loadTagged(record["$"], record, ints, names);
  return new Map(Object.entries(record).map(([key, item]) => [key, loadValue(item, ints, names)]));
}

function loadTagged(
  tag: string,
  record: Record<string, unknown>,
  ints: "marked" | "plain",
  names: RecordedNames | undefined,
): PythonValue {
  const items = (): PythonValue[] =>
    listOf(record["value"] ?? record["items"] ?? record["values"]).map((item) => loadValue(item, ints, names));
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
          return [loadValue(key, ints, names), loadValue(item, ints, names)];
        }),
      );
    case "enum":
      return memberValue(names?.get(String(record["type"])), String(record["member"]));
    case "model":
      return loadValue(record["fields"], ints, names);
    case "datetime":
    case "date":
    case "time":
      return String(record["value"]).replace(/\+00:00$/, "Z");
    case "timedelta":
      return parseValue(Number(record["seconds"]), { kind: "timedelta" }, "dspy-3.3.1");
    case "bytes":
      return Buffer.from(String(record["base64"]), "base64").toString("utf8");
    default:
      return loadLibraryValue(tag, record, ints, names);
  }
}

/** A value of one of DSPy's own types: code and reasoning are text to us, the others plain objects, in which null is absence. */
function loadLibraryValue(
  tag: string,
  { $: _, ...fields }: Record<string, unknown>,
  ints: "marked" | "plain",
  names: RecordedNames | undefined,
): PythonValue {
  if (!tag.startsWith("dspy.")) throw new UnknownTag(tag);
  if (tag === "dspy.Code") return String(fields["code"]);
  if (tag === "dspy.Reasoning") return String(fields["content"]);
  const value = loadValue(fields, ints, names);
  return tag === "dspy.History" ? value : withoutNulls(value);
}

function withoutNulls(value: PythonValue): PythonValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!(value instanceof Map)) return value;
  return new Map([...value].filter(([, item]) => item !== null).map(([key, item]) => [key, withoutNulls(item)]));
}

function memberValue(type: FieldType | undefined, name: string): PythonValue {
  const member = type?.kind === "enum" ? type.members.find((each) => each.name === name) : undefined;
  if (member === undefined) throw new UnknownTag(`enum member ${name}`);
  return member.value;
}

function loadFloat(text: string): PythonValue {
  const number = text === "inf" ? Infinity : text === "-inf" ? -Infinity : text === "nan" ? Number.NaN : Number(text);
  return Number.isInteger(number) ? float(number) : number;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
