// A value as DSPy's files hold it: JSON in orjson's layout, two blanks of indentation, a line break at the end.
// Knows nothing of programs.
import { Float, Int, type PythonValue, Sequence } from "./values.ts";

/** The text of a file. Infinities and NaN are null; a lone surrogate becomes U+FFFD, since Python refuses to read one; ints beyond 64 bits become text. */
export function jsonFileText(value: PythonValue): string {
  return `${written(value, "")}\n`;
}

function written(value: PythonValue, indent: string): string {
  switch (typeof value) {
    case "string":
      return quoted(value);
    case "boolean":
      return String(value);
    case "bigint":
      return value >= -(2n ** 63n) && value < 2n ** 64n ? value.toString() : quoted(value.toString());
    case "number":
      return Number.isInteger(value) ? intFileText(value) : floatText(value);
  }
  if (value === null) return "null";
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Int) return intFileText(value.value);
  const inner = `${indent}  `;
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => `${quoted(keyText(key))}: ${written(item, inner)}`);
    return enclosed("{", entries, "}", indent);
  }
  const items = value instanceof Sequence ? value.items : value;
  return enclosed(
    "[",
    items.map((item) => written(item, inner)),
    "]",
    indent,
  );
}

/** The digits that prompts show, which from 2^53 on are not all of them exact. */
function intFileText(value: number): string {
  return Math.abs(value) < 2 ** 63 ? String(value) : quoted(String(value));
}

function enclosed(open: string, items: readonly string[], close: string, indent: string): string {
  if (items.length === 0) return `${open}${close}`;
  return `${open}\n${items.map((item) => `${indent}  ${item}`).join(",\n")}\n${indent}${close}`;
}

/** JavaScript's shortest digits, `.0` where whole; exponents from 1e16, where JavaScript would still write all digits. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return "null";
  if (Object.is(value, -0)) return "-0.0";
  const text = Math.abs(value) >= 1e16 ? value.toExponential() : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function quoted(text: string): string {
  return JSON.stringify(text.toWellFormed());
}

function keyText(key: PythonValue): string {
  return typeof key === "string" ? key : String(key instanceof Float || key instanceof Int ? key.value : key);
}
