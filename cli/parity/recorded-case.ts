// What a recorded case must have before it can be replayed.
// Knows nothing of replaying it.

/** A case as its file has it, and its name. */
export interface NamedCase {
  readonly name: string;
  readonly recorded: unknown;
}

type Kind = "text" | "object" | "list";

const PARTS: Readonly<Record<"format" | "parse" | "flow", Readonly<Record<string, Kind>>>> = {
  format: { signature: "object", expected: "object" },
  parse: { what: "text", expected: "object" },
  flow: { module: "object", adapter: "object", lm: "object", inputs: "object", config: "object", expected: "object" },
};

/** What makes a value no case of its group, in words; undefined for a case. */
export function malformation(group: keyof typeof PARTS, recorded: unknown): string | undefined {
  if (kindOf(recorded) !== "object") return `expected an object, found ${shown(recorded)}`;
  const parts = new Map<string, unknown>(Object.entries(Object(recorded)));
  if (group === "format" && !parts.has("what") && kindOf(parts.get("adapter")) !== "text") {
    return `expected the text \`adapter\` or \`what\`, found ${shown(parts.get("adapter"))}`;
  }
  for (const [name, kind] of Object.entries(PARTS[group])) {
    if (kindOf(parts.get(name)) !== kind) return `expected the ${kind} \`${name}\`, found ${shown(parts.get(name))}`;
  }
  return Object.keys(Object(parts.get("expected"))).length === 0 ? "`expected` is empty" : undefined;
}

function kindOf(value: unknown): Kind | undefined {
  if (typeof value === "string") return "text";
  if (Array.isArray(value)) return "list";
  return typeof value === "object" && value !== null ? "object" : undefined;
}

function shown(value: unknown): string {
  return value === undefined ? "none" : JSON.stringify(value).slice(0, 60);
}
