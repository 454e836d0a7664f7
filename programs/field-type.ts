// What a field may hold, as a small tree, and how Python names it.
// Knows nothing of text or of values.
import { quoteLiteral } from "./python/quote.ts";

/** The type of a field. */
export type FieldType =
  | { readonly kind: ScalarKind }
  | { readonly kind: "list" /** Absent: of anything. */; readonly item?: FieldType }
  | {
      readonly kind: "dict" /** Absent: of anything to anything. */;
      readonly key?: FieldType;
      readonly value?: FieldType;
    }
  | {
      readonly kind: "tuple" /** One type per place; absent: of anything. */;
      readonly items?: readonly FieldType[] /** `tuple[int, ...]`: any number of the one item. */;
      readonly open?: true;
    }
  | { readonly kind: "set" | "frozenset" /** Absent: of anything. */; readonly item?: FieldType }
  | UnionType
  | { readonly kind: "literal"; readonly values: readonly LiteralValue[] }
  | EnumType
  | ModelType
  | CustomType;

/** Which of the types it is. */
export type CustomKind =
  | "Image"
  | "Audio"
  | "File"
  | "Document"
  | "Citations"
  | "History"
  | "Tool"
  | "ToolCalls"
  | "Code"
  | "Reasoning";

/** A type that DSPy brings along, such as `dspy.Image`. */
export interface CustomType {
  readonly kind: "custom";
  readonly custom: CustomKind;
  /** As prompts name it. */
  readonly name: string;
  /** What prompts say of it beside a field's own description; may be empty. */
  readonly description: string;
  /** The object that it is in JSON. */
  readonly shape: ModelType;
}

/** Types that have no parts. Bytes are UTF-8 text; moments and durations are ISO 8601 text, as pydantic writes them. */
export type ScalarKind =
  | "str"
  | "int"
  | "float"
  | "bool"
  | "none"
  | "any"
  | "bytes"
  | "datetime"
  | "date"
  | "time"
  | "timedelta";

/** A choice of named values; programs see the value. */
export interface EnumType {
  readonly kind: "enum";
  readonly name: string;
  readonly members: readonly { readonly name: string; readonly value: string | number }[];
}

/** An object of named fields. A field's type may lead back to the model itself. */
export interface ModelType {
  readonly kind: "model";
  readonly name: string;
  /** What it is, for the model to read. */
  readonly doc?: string;
  readonly fields: readonly ModelField[];
  /** Whether other fields are refused rather than passed over. */
  readonly isClosed?: true;
  /** What DSPy's prompts say it is, where ours say nothing: docstrings meant for programmers. */
  readonly dspyDoc?: string;
}

/** One field of a model. */
export interface ModelField {
  readonly name: string;
  readonly type: FieldType;
  readonly desc?: string;
  /** Absent means required. */
  readonly default?: { readonly value: unknown };
}

/** Several types, the first that fits best. `spelling` is Python's name for it, which the prompt shows. */
export interface UnionType {
  readonly kind: "union";
  readonly members: readonly FieldType[];
  readonly spelling: "Union" | "UnionType";
}

/** What `Literal[…]` may list. */
export type LiteralValue = string | number | bigint | boolean | null;

/** The type `str`, which every field has that names none. */
export const STR: FieldType = { kind: "str" };
/** The type `None`. */
export const NONE: FieldType = { kind: "none" };

/** Joins types as `Union[…]` does: nested unions are flattened, repeated members dropped, a single member is itself. */
export function unionOf(types: readonly FieldType[], spelling: UnionType["spelling"] = "Union"): FieldType {
  const members = new Map<string, FieldType>();
  for (const type of types.flatMap((each) => (each.kind === "union" ? each.members : [each]))) {
    const key = typeKey(type);
    if (!members.has(key)) members.set(key, type);
  }
  const [first] = members.values();
  if (members.size === 1 && first !== undefined) return first;
  return { kind: "union", members: [...members.values()], spelling };
}

/** A `Literal[…]` of values, each once. */
export function literalOf(values: readonly LiteralValue[]): FieldType {
  const unique = new Map(values.map((value) => [`${typeof value}:${String(value)}`, value]));
  return { kind: "literal", values: [...unique.values()] };
}

/** Whether None fits the type by its being named there; Any does not name it. */
export function admitsNone(type: FieldType): boolean {
  return type.kind === "none" || (type.kind === "union" && type.members.some(admitsNone));
}

/** What is written one way for a model and another way in a signature. */
export interface TypeWords {
  /** Behind the items of a tuple of any length. */
  readonly open: string;
  /** In the brackets of the empty tuple. */
  readonly nothing: string;
  readonly union: (type: UnionType) => string;
  readonly literal: (value: LiteralValue) => string;
  readonly custom: (type: CustomType) => string;
}

const SHOWN: TypeWords = {
  open: "Ellipsis",
  nothing: "",
  union: ({ spelling }) => spelling,
  literal: literalText,
  custom: ({ name }) => name,
};

/** The type's name as DSPy shows it to a model: `list[str]`, `Union[int, NoneType]`, `Literal['a', 'b']`. */
export function typeName(type: FieldType): string {
  return writeType(type, SHOWN);
}

/** The type in Python's notation, in these words. */
export function writeType(type: FieldType, words: TypeWords): string {
  const write = (inner: FieldType): string => writeType(inner, words);
  // Python's lists and dicts keep None as it is written; unions make NoneType of it.
  const argument = (inner: FieldType): string => (inner.kind === "none" ? "None" : write(inner));
  switch (type.kind) {
    case "none":
      return "NoneType";
    case "any":
      return "Any";
    case "list":
    case "set":
    case "frozenset":
      return type.item === undefined ? type.kind : `${type.kind}[${argument(type.item)}]`;
    case "dict":
      return type.key === undefined || type.value === undefined
        ? "dict"
        : `dict[${argument(type.key)}, ${argument(type.value)}]`;
    case "tuple": {
      if (type.items === undefined) return "tuple";
      const items = type.items.length === 0 ? [words.nothing] : type.items.map(argument);
      return `tuple[${(type.open === undefined ? items : [...items, words.open]).join(", ")}]`;
    }
    case "union":
      return `${words.union(type)}[${type.members.map(write).join(", ")}]`;
    case "literal":
      return `Literal[${type.values.map(words.literal).join(", ")}]`;
    case "enum":
    case "model":
      return type.name;
    case "custom":
      return words.custom(type);
    default:
      return type.kind;
  }
}

/** A value as `str()` of a Literal's member writes it. */
export function literalValueText(value: LiteralValue): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return String(value);
}

function literalText(value: LiteralValue): string {
  return typeof value === "string" ? quoteLiteral(value) : literalValueText(value);
}

/** Equal for types that are equal to Python: a Literal's values and a union's members count as sets. */
function typeKey(type: FieldType): string {
  switch (type.kind) {
    case "list":
      return type.item === undefined ? "list" : `list[${typeKey(type.item)}]`;
    case "dict":
      return type.key === undefined || type.value === undefined
        ? "dict"
        : `dict[${typeKey(type.key)},${typeKey(type.value)}]`;
    case "tuple":
      return type.items === undefined ? "tuple" : `tuple${type.open ?? ""}[${type.items.map(typeKey).join(",")}]`;
    case "set":
    case "frozenset":
      return type.item === undefined ? type.kind : `${type.kind}[${typeKey(type.item)}]`;
    case "enum":
    case "model":
      return `${type.kind}:${type.name}`;
    case "custom":
      return `custom:${type.shape.name}`;
    case "union":
      return `union[${type.members.map(typeKey).sort().join(",")}]`;
    case "literal":
      return `literal[${type.values
        .map((value) => JSON.stringify([typeof value, String(value)]))
        .sort()
        .join(",")}]`;
    default:
      return type.kind;
  }
}
