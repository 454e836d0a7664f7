// Writes JSON as an Erlang term: texts become atoms, objects maps, null `undefined`.
// Must not know what the term means.

/** A JSON value as Erlang reads it. */
export function toErlangTerm(value: unknown): string {
  if (value === null || value === undefined) return "undefined";
  if (typeof value === "string") return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map(toErlangTerm).join(",")}]`;
  if (typeof value !== "object") throw new Error(`expected JSON, found ${typeof value}`);
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return `#{${entries.map(([key, entry]) => `${toErlangTerm(key)} => ${toErlangTerm(entry)}`).join(",")}}`;
}
