// What ReAct has done so far, as its prompts and its prediction tell it.
// Knows no loop.
import type { JsonValue } from "../../runtime/base/index.ts";
import type { FieldValues } from "../adapter.ts";
import { chatFormat } from "../chat-format.ts";
import { fieldOf } from "../field.ts";
import { STR } from "../field-type.ts";
import { inputsText } from "../prompt.ts";
import type { ProgramSettings } from "../settings.ts";
import type { ReactStep } from "./react-loop.ts";

/** The steps under DSPy's names: `thought_0`, `tool_name_0`, `tool_args_0`, `observation_0`, `thought_1`, … */
export type Trajectory = Readonly<Record<string, JsonValue>>;

/** The steps from `hidden` on. */
export function trajectoryOf(steps: readonly ReactStep[], hidden = 0): Trajectory {
  const trajectory: Record<string, JsonValue> = {};
  for (const [index, { thought, toolName, toolArgs, observation }] of steps.entries()) {
    if (index < hidden) continue;
    trajectory[`thought_${index}`] = thought;
    trajectory[`tool_name_${index}`] = toolName;
    trajectory[`tool_args_${index}`] = toolArgs;
    trajectory[`observation_${index}`] = observation;
  }
  return trajectory;
}

/** The steps as the run's adapter writes inputs. */
export function trajectoryText(trajectory: Trajectory, { adapter, compat }: ProgramSettings): string {
  const fields = Object.keys(trajectory).map((name) => fieldOf(name, STR, false));
  const values: FieldValues = trajectory;
  return adapter?.inputsText?.(fields, values, compat) ?? inputsText(chatFormat, fields, values, compat);
}
