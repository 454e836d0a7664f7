// The tools of an agent by name, and how their failures are worded for its model.
// Knows no loop.
import type { JsonObject, JsonValue } from "../../runtime/base/index.ts";
import { CUSTOM_TYPES } from "../custom-types.ts";
import { fieldOf } from "../field.ts";
import { fieldValueText } from "../field-value.ts";
import type { Call } from "../module.ts";
import { Tool } from "../tool.ts";
import { toolFailureReason, toolInvalid } from "../tool-errors.ts";

/** Tools by name. */
export type ToolSet = ReadonlyMap<string, Tool>;

/** What a tool answered, or why it did not. */
export interface ToolOutcome {
  readonly value: JsonValue;
  readonly isError: boolean;
}

/** Names tools. Throws PROGRAM_TOOL_INVALID for two of one name, and for a name that the agent keeps for itself. */
export function toolSet(tools: readonly Tool[], reserved: string): ToolSet {
  const set = new Map<string, Tool>();
  if (!Array.isArray(tools)) throw toolInvalid("`tools` must be a list of what `tool({ name, … })` makes");
  for (const each of tools) {
    if (!(each instanceof Tool)) throw toolInvalid("what `tools` lists must be made by `tool({ name, … })`");
    const { name } = each;
    if (name === reserved) {
      throw toolInvalid(`\`${name}\` is the name by which the agent ends; give the tool another`, { toolName: name });
    }
    if (set.has(name)) throw toolInvalid(`two tools are named \`${name}\``, { toolName: name });
    set.set(name, each);
  }
  return set;
}

/** Calls a tool; a failure of the tool's is an outcome, any other is thrown. */
export async function toolOutcome(call: Call, tool: Tool, args: JsonObject): Promise<ToolOutcome> {
  try {
    return { value: await call.callTool(tool, args), isError: false };
  } catch (error) {
    const reason = toolFailureReason(error);
    if (reason === undefined) throw error;
    return { value: executionError(tool.name, reason), isError: true };
  }
}

/** A tool's failure as the model is told it. */
export function executionError(toolName: string, reason: string): string {
  return `Execution error in ${toolName}: ${reason}`;
}

/** A tool in one line, as prompts have it. */
export function toolLine(tool: Pick<Tool, "name" | "desc" | "args">): string {
  const { name, desc, args } = tool;
  const type = CUSTOM_TYPES.get("Tool") ?? { kind: "any" };
  return fieldValueText(fieldOf("tool", type, true), { name, desc, args }, undefined);
}
