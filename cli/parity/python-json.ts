// JSON as Python's `json.dumps(value, sort_keys=True)` writes it, to the byte: recorded hashes are of such texts.
// Knows nothing of what is written.

/** A number that is a float in Python: `1` is written `1.0`. */
export class PythonFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** The text of a value; keys sorted, ", " and ": " between parts, everything beyond ASCII escaped. */
export function pythonJson(value: unknown): string {
  if (value instanceof PythonFloat) return floatText(value.value);
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${asciiText(key)}: ${pythonJson(item)}`).join(", ")}}`;
  }
  return typeof value === "string" ? asciiText(value) : (JSON.stringify(value) ?? "null");
}

function floatText(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function asciiText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
