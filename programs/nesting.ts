// How deep the values of an answer, and the schemas of a tool, may be nested.
// Knows nothing of who keeps them.

/** Levels of lists and objects. Records hold 200 levels, an answer among much that goes around it. */
export const MAX_NESTING = 128;

/** Why such a value is refused. */
export const TOO_DEEP = `its value is nested more than ${MAX_NESTING} deep`;

/** Whether a value has more levels of lists and objects than these. One that holds itself has. */
export function isNestedDeeper(value: unknown, levels: number = MAX_NESTING): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return items.some((item) => isNestedDeeper(item, levels - 1));
}
