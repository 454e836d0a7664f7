// What a field may hold, as a small tree, and how Python names it.
// Knows nothing of text or of values.
import { quoteLiteral } from "./python/quote.ts";

/** The type of a field. */
export type FieldType =
  | { readonly kind: "str" | "int" | "float" | "bool" | "none" | "any" }
  | { readonly kind: "list" /** Absent: of anything. */; readonly item?: FieldType }
  | {
      readonly kind: "dict" /** Absent: of anything to anything. */;
      readonly key?: FieldType;
      readonly value?: FieldType;
    }
  | UnionType
  | { readonly kind: "literal"; readonly values: readonly LiteralValue[] };

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

/** The type's name as DSPy shows it to a model: `list[str]`, `Union[int, NoneType]`, `Literal['a', 'b']`. */
export function typeName(type: FieldType): string {
  switch (type.kind) {
    case "none":
      return "NoneType";
    case "any":
      return "Any";
    case "list":
      return type.item === undefined ? "list" : `list[${argumentName(type.item)}]`;
    case "dict":
      return type.key === undefined || type.value === undefined
        ? "dict"
        : `dict[${argumentName(type.key)}, ${argumentName(type.value)}]`;
    case "union":
      return `${type.spelling}[${type.members.map(typeName).join(", ")}]`;
    case "literal":
      return `Literal[${type.values.map(literalText).join(", ")}]`;
    default:
      return type.kind;
  }
}

/** Python's lists and dicts keep None as it is written; unions make NoneType of it. */
function argumentName(type: FieldType): string {
  return type.kind === "none" ? "None" : typeName(type);
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
