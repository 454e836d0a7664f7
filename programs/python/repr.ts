// How Python writes values: repr, str and json.dumps, to the byte.
// Knows nothing of where the text goes.
import { Float, Int, type PythonValue, Sequence } from "./values.ts";

/** A float as `repr(float)` writes it: shortest digits, `.0` where whole, exponent form below 1e-4 and from 1e16. */
export function floatRepr(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e16) {
    const text = String(value);
    // Between 1e-4 and 1e16 JavaScript writes no exponent either.
    return text.includes(".") ? text : `${text}.0`;
  }
  const [mantissa = "", exponent = ""] = value.toExponential().split("e");
  const sign = exponent.startsWith("-") ? "-" : "+";
  return `${mantissa}e${sign}${exponent.slice(1).padStart(2, "0")}`;
}

/** An int in full digits, however large. */
function intText(value: number | bigint): string {
  return typeof value === "number" && Math.abs(value) >= 1e21 ? BigInt(value).toString() : String(value);
}

/** A value as `str(value)`. */
export function pythonStr(value: PythonValue): string {
  return typeof value === "string" ? value : pythonRepr(value);
}

/** A value as `repr(value)`. */
export function pythonRepr(value: PythonValue): string {
  switch (typeof value) {
    case "string":
      return stringRepr(value);
    case "boolean":
      return value ? "True" : "False";
    case "bigint":
      return value.toString();
    case "number":
      return Number.isInteger(value) ? intText(value) : floatRepr(value);
    default:
      return value === null ? "None" : containerRepr(value);
  }
}

/** A value as `json.dumps(value, ensure_ascii=False)`, separators `", "` and `": "`. */
export function jsonDumps(value: PythonValue): string {
  switch (typeof value) {
    case "string":
      return jsonString(value);
    case "boolean":
      return value ? "true" : "false";
    case "bigint":
      return value.toString();
    case "number":
      return Number.isInteger(value) ? intText(value) : jsonFloat(value);
  }
  if (value === null) return "null";
  if (value instanceof Float) return jsonFloat(value.value);
  if (value instanceof Int) return intText(value.value);
  if (value instanceof Sequence) return `[${value.items.map(jsonDumps).join(", ")}]`;
  if (Array.isArray(value)) return `[${value.map(jsonDumps).join(", ")}]`;
  const entries = [...value].map(([key, item]) => `${jsonString(jsonKey(key))}: ${jsonDumps(item)}`);
  return `{${entries.join(", ")}}`;
}

/** The value as pydantic dumps it for JSON: dicts' keys are text, tuples and sets lists, numbers that are not finite null. */
export function jsonKeys(value: PythonValue): PythonValue {
  if (Array.isArray(value)) return value.map(jsonKeys);
  if (value instanceof Sequence) return value.items.map(jsonKeys);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [jsonKey(finite(key)), jsonKeys(item)]));
  return finite(value);
}

function finite(value: PythonValue): PythonValue {
  const number = value instanceof Float ? value.value : value;
  return typeof number === "number" && !Number.isFinite(number) ? null : value;
}

/** A value as `json.dumps(value, indent=2, ensure_ascii=False)`. */
export function jsonDumpsIndented(value: PythonValue, margin = ""): string {
  const inner = `${margin}  `;
  if (value instanceof Sequence) return jsonDumpsIndented([...value.items], margin);
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    const items = value.map((item) => inner + jsonDumpsIndented(item, inner));
    return `[\n${items.join(",\n")}\n${margin}]`;
  }
  if (!(value instanceof Map)) return jsonDumps(value);
  if (value.size === 0) return "{}";
  const entries = [...value].map(
    ([key, item]) => `${inner}${jsonString(jsonKey(key))}: ${jsonDumpsIndented(item, inner)}`,
  );
  return `{\n${entries.join(",\n")}\n${margin}}`;
}

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  return floatRepr(value);
}

function jsonKey(key: PythonValue): string {
  if (typeof key === "string") return key;
  if (typeof key === "boolean") return key ? "true" : "false";
  return pythonRepr(key);
}

function jsonString(text: string): string {
  const written = JSON.stringify(text);
  // JSON.stringify escapes lone surrogates, Python leaves them as they are.
  return text.isWellFormed()
    ? written
    : written.replace(/(?<!\\)((?:\\\\)*)\\u(d[89a-f][0-9a-f]{2})/g, (_match, slashes: string, hex: string) => {
        return slashes + String.fromCharCode(Number.parseInt(hex, 16));
      });
}

function containerRepr(value: Float | Int | Sequence | PythonValue[] | Map<PythonValue, PythonValue>): string {
  if (value instanceof Float) return floatRepr(value.value);
  if (value instanceof Int) return intText(value.value);
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(", ")}]`;
  if (value instanceof Sequence) {
    const items = value.items.map(pythonRepr).join(", ");
    if (value.kind === "set") return value.items.length === 0 ? "set()" : `{${items}}`;
    return value.items.length === 1 ? `(${items},)` : `(${items})`;
  }
  return `{${[...value].map(([key, item]) => `${pythonRepr(key)}: ${pythonRepr(item)}`).join(", ")}}`;
}

const NOT_PRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{Zs}]/u;

function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let written = quote;
  for (const char of text) {
    if (char === quote || char === "\\") written += `\\${char}`;
    else if (char === "\n") written += "\\n";
    else if (char === "\r") written += "\\r";
    else if (char === "\t") written += "\\t";
    else if (char === " " || (char >= "!" && char <= "~") || !NOT_PRINTABLE.test(char)) written += char;
    else written += escapeChar(char.codePointAt(0) ?? 0);
  }
  return written + quote;
}

function escapeChar(code: number): string {
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
