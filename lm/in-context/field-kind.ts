// What sort of value an output field wants, read from its annotation and its note in the prompt.
// Knows the texts that the chat adapter writes about types, and nothing of where they come from.
import type { JsonObject } from "../../runtime/base/index.ts";

/** The sort of value that a field takes. `choices` are texts as the answer has to write them. */
export type FieldKind =
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  | { readonly kind: "bool" }
  | { readonly kind: "int" | "float"; readonly range: NumberRange }
  | { readonly kind: "json"; readonly schema: JsonObject }
  | { readonly kind: "text" };

/** What a field's constraints say about its number. */
export interface NumberRange {
  readonly least?: number;
  readonly most?: number;
}

const CHOICE_NOTE = /^must (?:exactly match \(no extra characters\) one of|be one of): (.*)$/s;
const SCHEMA_NOTE = /^must adhere to the JSON schema: (.*)$/s;

/** Decides what a field wants. What it cannot make out counts as text, which takes anything. */
export function fieldKind(annotation: string, note: string, description: string): FieldKind {
  const literals = literalItems(annotation);
  if (literals !== undefined) return { kind: "choice", choices: literals };
  const choice = CHOICE_NOTE.exec(note);
  if (choice !== null) return { kind: "choice", choices: (choice[1] ?? "").split("; ") };
  switch (annotation) {
    case "str":
      return { kind: "text" };
    case "bool":
      return { kind: "bool" };
    case "int":
    case "float":
      return { kind: annotation, range: numberRange(description) };
    default: {
      const schema = parseObject(SCHEMA_NOTE.exec(note)?.[1]);
      return schema === undefined ? { kind: "text" } : { kind: "json", schema };
    }
  }
}

/** The items of `Literal['a', "b", 3]`, unquoted; undefined for any other annotation. */
function literalItems(annotation: string): string[] | undefined {
  const inside = /^Literal\[(.*)\]$/s.exec(annotation)?.[1];
  if (inside === undefined) return undefined;
  const items = inside.matchAll(/'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|([^,\s][^,]*)/g);
  return [...items].map((item) => item[3]?.trim() ?? (item[1] ?? item[2] ?? "").replace(/\\(.)/g, "$1"));
}

function numberRange(description: string): NumberRange {
  const constraints = description.slice(Math.max(0, description.lastIndexOf("Constraints: ")));
  const bound = (words: string): number | undefined => {
    const found = new RegExp(`${words}: (-?[\\d.]+(?:e[+-]?\\d+)?)`).exec(constraints)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const least = bound("greater than or equal to") ?? bound("greater than");
  const most = bound("less than or equal to") ?? bound("less than");
  return { ...(least === undefined ? {} : { least }), ...(most === undefined ? {} : { most }) };
}

function parseObject(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    // What JSON.parse gives for an object is one by construction.
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    // A schema cut short by its author's description is treated as none: the field then counts as text.
    return undefined;
  }
}
