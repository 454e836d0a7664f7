// Fits a Python value to a type, as pydantic does in its lax mode.
// Knows nothing of text that is not yet a value.
import { fitCustom } from "./coerce-custom.ts";
import { fitBytes, fitEnum, fitModel, fitSet, fitTemporal, fitTuple } from "./coerce-parts.ts";
import { admitsNone, type FieldType, typeName, unionOf } from "./field-type.ts";
import { EXACT, type Fit, type Fitted, inside, isBetter, LAX, STRICT, worse } from "./fitted.ts";
import { isEqualToLiteral } from "./literal-value.ts";
import { expected, Mismatch } from "./mismatch.ts";
import { parseBool, parseFloatText, parseIntText } from "./python/scalars.ts";
import { type Dict, Float, Int, type PythonValue, Sequence, toFloat } from "./python/values.ts";

/** Fits a value to a type, converting where pydantic would: `"3"` to 3 and `1` to 1.0, but never a number to text. Throws a Mismatch. */
export function coerce(type: FieldType, value: PythonValue): PythonValue {
  return fitTo(type, value).value;
}

function fitTo(type: FieldType, value: PythonValue): Fitted {
  switch (type.kind) {
    case "any":
      return { value, fit: STRICT };
    case "str":
      if (typeof value === "string") return { value, fit: EXACT };
      throw expected("str", value);
    case "none":
      if (value === null) return { value, fit: EXACT };
      throw expected("None", value);
    case "bool":
      return fitBool(value);
    case "int":
      return fitInt(value);
    case "float":
      return fitFloat(value);
    case "list":
      return fitList(type.item, value);
    case "dict":
      return fitDict(type.key, type.value, value);
    case "literal":
      return fitLiteral(type, value);
    case "tuple":
      return fitTuple(type, value, fitTo);
    case "set":
    case "frozenset":
      return fitSet(type.item, value, fitTo);
    case "bytes":
      return fitBytes(value);
    case "datetime":
    case "date":
    case "time":
    case "timedelta":
      return fitTemporal(type.kind, value);
    case "enum":
      return fitEnum(type, value);
    case "model":
      return fitModel(type, value, fitTo);
    case "custom":
      return fitCustom(type, value, fitTo);
    case "union":
      return fitUnion(type, value);
  }
}

function fitBool(value: PythonValue): Fitted {
  if (typeof value === "boolean") return { value, fit: EXACT };
  const number = numberOf(value);
  const bool = number === 0 ? false : number === 1 ? true : typeof value === "string" ? parseBool(value) : undefined;
  if (bool === undefined) throw expected("bool", value);
  return { value: bool, fit: LAX };
}

function fitInt(value: PythonValue): Fitted {
  if (typeof value === "bigint") return { value, fit: EXACT };
  if (value instanceof Int) return { value: value.value, fit: EXACT };
  if (typeof value === "number" && Number.isInteger(value)) return { value, fit: EXACT };
  const int =
    typeof value === "boolean"
      ? Number(value)
      : value instanceof Float
        ? intOfFloat(value.value)
        : typeof value === "string"
          ? parseIntText(value)
          : undefined;
  if (int === undefined) throw expected("int", value);
  return { value: int, fit: LAX };
}

function fitFloat(value: PythonValue): Fitted {
  if (value instanceof Float) return { value, fit: EXACT };
  if (typeof value === "number" && !Number.isInteger(value)) return { value, fit: EXACT };
  if (typeof value === "number" || value instanceof Int || typeof value === "bigint") {
    const number = Number(numberOf(value) ?? value);
    // Python refuses an int that no float can hold.
    if (!Number.isFinite(number)) throw expected("float", value);
    return { value: toFloat(number), fit: STRICT };
  }
  const float =
    typeof value === "boolean" ? Number(value) : typeof value === "string" ? parseFloatText(value) : undefined;
  if (float === undefined) throw expected("float", value);
  return { value: toFloat(float), fit: LAX };
}

function fitList(item: FieldType | undefined, value: PythonValue): Fitted {
  if (!Array.isArray(value) && !(value instanceof Sequence)) throw expected("list", value);
  let fit: Fit = Array.isArray(value) ? EXACT : LAX;
  const items = Array.isArray(value) ? value : value.items;
  if (item === undefined) return { value: [...items], fit };
  const fitted = items.map((each, index) => {
    const result = inside(index, () => fitTo(item, each));
    fit = worse(fit, result.fit);
    return result.value;
  });
  return { value: fitted, fit };
}

function fitDict(keyType: FieldType | undefined, valueType: FieldType | undefined, value: PythonValue): Fitted {
  if (!(value instanceof Map)) throw expected("dict", value);
  if (keyType === undefined || valueType === undefined) return { value, fit: EXACT };
  let fit: Fit = EXACT;
  const dict: Dict = new Map();
  for (const [key, item] of value) {
    const name = typeof key === "string" ? key : String(numberOf(key) ?? key);
    const newKey = inside(name, () => fitTo(keyType, key));
    const newItem = inside(name, () => fitTo(valueType, item));
    fit = worse(fit, worse(newKey.fit, newItem.fit));
    dict.set(newKey.value, newItem.value);
  }
  return { value: dict, fit };
}

function fitLiteral(type: FieldType & { kind: "literal" }, value: PythonValue): Fitted {
  const found = type.values.find((allowed) => isEqualToLiteral(allowed, value));
  if (found === undefined) throw expected(typeName(type), value);
  return { value: found, fit: EXACT };
}

function fitUnion(type: FieldType & { kind: "union" }, value: PythonValue): Fitted {
  const members = type.members.filter((member) => member.kind !== "none");
  if (value === null && admitsNone(type)) return { value: null, fit: EXACT };
  let best: Fitted | undefined;
  const mismatches: Mismatch[] = [];
  for (const member of members) {
    try {
      const fitted = fitTo(member, value);
      if (fitted.fit === EXACT) return fitted;
      if (best === undefined || isBetter(fitted, best)) best = fitted;
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
      mismatches.push(error);
    }
  }
  if (best !== undefined) return best;
  const [only] = mismatches;
  throw mismatches.length === 1 && only !== undefined ? only : expected(typeName(unionOf(type.members)), value);
}

function numberOf(value: PythonValue): number | undefined {
  if (typeof value === "number") return value;
  return value instanceof Float || value instanceof Int ? value.value : undefined;
}

/** Beyond 64 bits pydantic takes an int from an int or a text, but not from a float. */
function intOfFloat(value: number): number | bigint | undefined {
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  return Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? BigInt(value) : undefined;
}
