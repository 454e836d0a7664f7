// The tools that a program holds, by name.
// Calls none.
import type { Module } from "./module.ts";
import { isContainer, prepareProgram } from "./prepare.ts";
import { Tool } from "./tool.ts";

/** Every tool in the properties of a program's modules, each name once, in the order in which they are found. */
export function toolsOf(program: Module): ReadonlyMap<string, Tool> {
  const tools = new Map<string, Tool>();
  const visit = (value: unknown, above: ReadonlySet<unknown>): void => {
    if (value instanceof Tool) {
      if (!tools.has(value.name)) tools.set(value.name, value);
    } else if ((isContainer(value) || value instanceof Map) && !above.has(value)) {
      const items: Iterable<unknown> = value instanceof Map ? value.values() : Object.values(value);
      for (const item of items) visit(item, new Set([...above, value]));
    }
  };
  for (const { module } of prepareProgram(program).modules) {
    for (const value of Object.values(module)) visit(value, new Set());
  }
  return tools;
}
