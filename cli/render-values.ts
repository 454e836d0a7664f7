// Values of programs as text for people: one field per line, long texts below their name.
// Knows nothing of records.

/** Outputs or inputs, a field per line. */
export function renderOutputs(values: unknown, indent = ""): string {
  if (typeof values !== "object" || values === null || Array.isArray(values)) return `${indent}${oneValue(values)}`;
  const entries = Object.entries(values);
  if (entries.length === 0) return `${indent}(no fields)`;
  return entries.map(([name, value]) => field(name, value, indent)).join("\n");
}

/** A text of many lines with each line indented. */
export function indented(text: string, indent: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : indent + line))
    .join("\n");
}

function field(name: string, value: unknown, indent: string): string {
  const text = oneValue(value);
  return text.includes("\n") ? `${indent}${name}:\n${indented(text, `${indent}  `)}` : `${indent}${name}: ${text}`;
}

function oneValue(value: unknown): string {
  if (typeof value === "string") return value;
  return (
    JSON.stringify(value, (_key, each: unknown) => (typeof each === "bigint" ? each.toString() : each)) ?? String(value)
  );
}
