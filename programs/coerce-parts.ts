// Fits values to the types that pydantic makes something else of: tuples, sets, enums, models, moments, bytes.
// Knows unions and plain types only through the function it is given.
import type { EnumType, FieldType, ModelType } from "./field-type.ts";
import { EXACT, type Fit, type Fitted, inside, LAX, worse } from "./fitted.ts";
import { isEqualToLiteral } from "./literal-value.ts";
import { expected, Mismatch } from "./mismatch.ts";
import { jsonDumps } from "./python/repr.ts";
import { readDate, readDatetime, readDuration, readTime } from "./python/temporal.ts";
import { type Dict, Float, Int, type PythonValue, Sequence } from "./python/values.ts";
import { toPython } from "./to-python.ts";

/** Fits a value to a type of any kind. */
export type FitTo = (type: FieldType, value: PythonValue) => Fitted;

const READERS = { datetime: readDatetime, date: readDate, time: readTime, timedelta: readDuration } as const;

/** Fits a moment or duration: ISO text, or seconds. */
export function fitTemporal(kind: keyof typeof READERS, value: PythonValue): Fitted {
  const bool = typeof value === "boolean" && kind === "timedelta" ? Number(value) : value;
  const given = bool instanceof Float || bool instanceof Int ? bool.value : bool;
  const read = typeof given === "string" || typeof given === "number" ? READERS[kind](given) : undefined;
  if (read === undefined) throw expected(kind, value);
  return { value: read, fit: LAX };
}

/** Fits bytes, which are given as the text that they spell in UTF-8. */
export function fitBytes(value: PythonValue): Fitted {
  if (typeof value !== "string") throw expected("bytes", value);
  return { value, fit: LAX };
}

/** Fits a member's value; its name is no value here. */
export function fitEnum(type: EnumType, value: PythonValue): Fitted {
  const found = type.members.find((member) => isEqualToLiteral(member.value, value));
  if (found === undefined) throw expected(enumText(type), value);
  return { value: found.value, fit: LAX };
}

/** An enum in words. */
export function enumText({ name, members }: EnumType): string {
  return `${name} (${members.map(({ value }) => jsonDumps(value)).join(", ")})`;
}

/** Fits a tuple, place by place, or an open one, item by item. */
export function fitTuple(type: FieldType & { kind: "tuple" }, value: PythonValue, fitTo: FitTo): Fitted {
  const items = Array.isArray(value) ? value : value instanceof Sequence ? value.items : undefined;
  if (items === undefined) throw expected("tuple", value);
  let fit: Fit = value instanceof Sequence && value.kind === "tuple" ? EXACT : LAX;
  const { items: types, open } = type;
  if (types === undefined) return { value: new Sequence("tuple", items), fit };
  if (!open && types.length !== items.length) {
    throw new Mismatch(`expected a tuple of ${types.length}, found one of ${items.length}`);
  }
  const fitted = items.map((item, index) => {
    const itemType = open ? types[0] : types[index];
    const result = inside(index, () => fitTo(itemType ?? { kind: "any" }, item));
    fit = worse(fit, result.fit);
    return result.value;
  });
  return { value: new Sequence("tuple", fitted), fit };
}

/** Fits a set: equal items count once. */
export function fitSet(item: FieldType | undefined, value: PythonValue, fitTo: FitTo): Fitted {
  const items = Array.isArray(value) ? value : value instanceof Sequence ? value.items : undefined;
  if (items === undefined) throw expected("set", value);
  let fit: Fit = value instanceof Sequence && value.kind === "set" ? EXACT : LAX;
  const unique = new Map<string, PythonValue>();
  for (const [index, each] of items.entries()) {
    const result: Fitted = item === undefined ? { value: each, fit: EXACT } : inside(index, () => fitTo(item, each));
    if (!isHashable(result.value, item)) throw new Mismatch("a list, set or dict cannot be in a set", `[${index}]`);
    fit = worse(fit, result.fit);
    const key = jsonDumps(result.value);
    if (!unique.has(key)) unique.set(key, result.value);
  }
  return { value: new Sequence("set", [...unique.values()]), fit };
}

/** Fits a model: fields by name, defaults filled in, what it does not know left out. */
export function fitModel(type: ModelType, value: PythonValue, fitTo: FitTo): Fitted {
  if (!(value instanceof Map)) throw expected(type.name, value);
  const model: Dict = new Map();
  let fieldsSet = 0;
  for (const field of type.fields) {
    const given = value.get(field.name);
    if (given !== undefined) {
      const result = inside(field.name, () => fitTo(field.type, given));
      fieldsSet += 1 + (result.fieldsSet ?? 0);
      model.set(field.name, result.value);
    } else if (field.default === undefined) {
      throw new Mismatch(`the field "${field.name}" of ${type.name} is missing`);
    } else if (field.default.value !== undefined) {
      model.set(field.name, toPython(field.default.value, field.type));
    }
  }
  return { value: model, fit: LAX, fieldsSet };
}

/** A frozenset can be in a set, and is told from a set by its type alone. */
function isHashable(value: PythonValue, type: FieldType | undefined): boolean {
  if (value instanceof Sequence && value.kind === "tuple") {
    const { items } = value;
    const types = type?.kind === "tuple" ? type.items : undefined;
    const open = type?.kind === "tuple" && type.open === true;
    return items.every((item, index) => isHashable(item, types?.[open ? 0 : index]));
  }
  if (value instanceof Sequence) {
    const members = type?.kind === "union" ? type.members : [type];
    return members.some((member) => member?.kind === "frozenset");
  }
  return !Array.isArray(value) && !(value instanceof Map);
}
