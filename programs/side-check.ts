// Holds all inputs, or all outputs, against one schema: what fields say of each other.
// Knows nothing of how values came about.
import { heldAgainst, type StandardSchema } from "./standard-schema.ts";

/** A schema of several fields of one side. */
export interface SideCheck {
  readonly side: "input" | "output";
  /** The fields that the schema is of; it sees no others. */
  readonly names: readonly string[];
  readonly schema: StandardSchema;
}

/** The values as a side's schemas make them, or what is wrong with them. */
export function heldToChecks(
  checks: readonly SideCheck[],
  side: SideCheck["side"],
  values: Record<string, unknown>,
): { readonly values: Record<string, unknown> } | { readonly problem: string } {
  let held = values;
  for (const check of checks) {
    if (check.side !== side) continue;
    const seen = check.names.flatMap((name) => (Object.hasOwn(held, name) ? [[name, held[name]] as const] : []));
    const result = heldAgainst(check.schema, Object.fromEntries(seen));
    if ("problem" in result) return result;
    // A schema of an object makes an object; other fields stay as they are.
    held = { ...held, ...Object(result.value) };
  }
  return { values: held };
}
