// Makes a field's value of an answer's text: the text is loaded as JSON or a Python literal, then fitted to the type.
// Knows no sections.
import { coerce } from "./coerce.ts";
import { enumText } from "./coerce-parts.ts";
import type { Compat } from "./compat.ts";
import { admitsNone, type CustomType, type EnumType, type FieldType, typeName } from "./field-type.ts";
import { repairJson } from "./json-repair.ts";
import { isEqualToLiteral } from "./literal-value.ts";
import { expected, Mismatch } from "./mismatch.ts";
import { jsonLoads } from "./python/json-loads.ts";
import { isEllipsis, literalEval } from "./python/literal-eval.ts";
import { pythonStr } from "./python/repr.ts";
import { strip } from "./python/text.ts";
import { type PythonValue, Sequence } from "./python/values.ts";

/** The value of a text (or of a value that is one already) for a type. Throws a Mismatch where it does not fit. */
export function parseValue(value: PythonValue, type: FieldType, compat: Compat | undefined): PythonValue {
  return compat === undefined ? parseTolerant(value, type) : parseAsDspy(value, type);
}

/** The reason that a thrown Mismatch gives; anything else is thrown on. */
export function coercionReason(error: unknown): string {
  if (error instanceof Mismatch) return error.toString();
  throw error;
}

function parseAsDspy(value: PythonValue, type: FieldType): PythonValue {
  if (type.kind === "str") return pythonStr(value);
  if (type.kind === "literal") return literalAsDspy(value, type);
  if (type.kind === "enum") return enumMember(value, type);
  if (typeof value !== "string" || hasNoneAndStr(type)) return coerce(type, value);
  // Python's Ellipsis, which is any value but has no other name here.
  if (type.kind === "any" && isEllipsis(value)) return "...";
  try {
    return coerce(type, loadText(value, "dspy-3.3.1"));
  } catch (error) {
    if (error instanceof Mismatch && type.kind === "custom") return coerce(type, value);
    throw error;
  }
}

/** As DSPy where that is right; null words are None, typed literals are read from text, text is the last resort where the type admits it. */
function parseTolerant(value: PythonValue, type: FieldType): PythonValue {
  if (type.kind === "str") {
    if (value === null) throw expected("str", value);
    return pythonStr(value);
  }
  if (type.kind === "literal") return literalFromText(value, type);
  if (type.kind === "enum") return enumFromText(value, type);
  if (typeof value !== "string") return held(coerce(type, value));
  if (admitsNone(type) && isNullWord(value)) return null;
  if (type.kind === "custom" && isText(type)) return coerce(type, textInJson(value, type) ?? value);
  if (type.kind === "union" && type.members.every((member) => member.kind === "str" || member.kind === "none"))
    return value;
  try {
    return held(coerce(type, loadText(value)));
  } catch (error) {
    if (error instanceof Mismatch && type.kind === "union") {
      if (type.members.some((member) => member.kind === "str")) return value;
      for (const member of type.members) {
        if (member.kind === "literal") return literalFromText(value, member);
        if (member.kind === "enum") return enumFromText(value, member);
      }
    }
    throw error;
  }
}

/** Code and reasoning are text, which must not be taken for JSON but where it is an object of just that. */
function isText({ custom }: CustomType): boolean {
  return custom === "Code" || custom === "Reasoning";
}

function textInJson(text: string, { shape }: CustomType): PythonValue | undefined {
  const [field] = shape.fields;
  const found = field === undefined ? undefined : jsonLoads(text);
  return found instanceof Map && found.size === 1 && field !== undefined ? found.get(field.name) : undefined;
}

/** The value in a text: JSON, mended JSON, a Python literal, or the text itself. */
function loadText(text: string, compat?: Compat): PythonValue {
  const repaired = repairJson(text, compat);
  if (repaired !== "" || text === "") return repaired;
  // To Python this is a value, Ellipsis, which fits no type.
  if (compat !== undefined && isEllipsis(text)) throw new Mismatch("the text `...` is no value");
  const literal = literalEval(text);
  return literal === undefined ? text : literal;
}

function literalAsDspy(value: PythonValue, type: FieldType & { kind: "literal" }): PythonValue {
  if (type.values.some((allowed) => isEqualToLiteral(allowed, value))) return value;
  if (typeof value === "string") {
    const text = unwrapLiteral(value);
    if (type.values.includes(text)) return text;
  }
  throw expected(typeName(type), value);
}

function literalFromText(value: PythonValue, type: FieldType & { kind: "literal" }): PythonValue {
  const exact = type.values.find((allowed) => isEqualToLiteral(allowed, value));
  if (exact !== undefined) return exact;
  if (typeof value === "string") {
    const text = unwrapLiteral(value);
    if (type.values.includes(text)) return text;
    if (type.values.includes(null) && isNullWord(text)) return null;
    const typed = typeof text === "string" ? loadText(text) : text;
    const found = type.values.find((allowed) => typeof allowed === typeof typed && isEqualToLiteral(allowed, typed));
    if (found !== undefined) return found;
  }
  throw expected(typeName(type), value);
}

/** The value of the member that a value is, or whose name it is. */
function enumMember(value: PythonValue, type: EnumType): PythonValue {
  const found =
    type.members.find((member) => isEqualToLiteral(member.value, value)) ??
    type.members.find((member) => member.name === value);
  if (found === undefined) throw expected(enumText(type), value);
  return found.value;
}

/** As models write it: with white space, in quotes, as `Color.RED`, or a number as text. */
function enumFromText(value: PythonValue, type: EnumType): PythonValue {
  if (typeof value !== "string") return enumMember(value, type);
  const text = unwrapLiteral(value);
  const name = text.startsWith(`${type.name}.`) ? text.slice(type.name.length + 1) : text;
  const loaded = loadText(text);
  for (const each of [value, text, name, loaded]) {
    if (type.members.some((member) => member.name === each || isEqualToLiteral(member.value, each))) {
      return enumMember(each, type);
    }
  }
  throw expected(enumText(type), value);
}

/** A choice as models write it: with white space, in quotes, as `Literal[choice]`. */
function unwrapLiteral(text: string): string {
  let inner = strip(text);
  if ((inner.startsWith("Literal[") || inner.startsWith("str[")) && inner.endsWith("]")) {
    inner = inner.slice(inner.indexOf("[") + 1, -1);
  }
  const [first] = inner;
  const isQuoted = inner.length > 1 && (first === '"' || first === "'") && inner.endsWith(first);
  return isQuoted ? inner.slice(1, -1) : inner;
}

function hasNoneAndStr(type: FieldType): boolean {
  return type.kind === "union" && admitsNone(type) && type.members.some((member) => member.kind === "str");
}

function isNullWord(text: string): boolean {
  return /^(?:null|none|)$/i.test(strip(text));
}

/** JavaScript numbers do not hold every int; one that they do not is refused rather than rounded. */
export function held(value: PythonValue): PythonValue {
  if (typeof value === "bigint") throw new Mismatch(`the whole number ${value} is beyond ±2^53; ask for it as str`);
  if (Array.isArray(value)) value.forEach(held);
  else if (value instanceof Sequence) value.items.forEach(held);
  else if (value instanceof Map) for (const item of value.values()) held(item);
  return value;
}
