// Holds what a Python module is made with against what it can be: a misspelt option must not pass for a default.
// Knows nothing of Python: which targets there are is known there alone.
import { isJsonObject, nearest } from "../runtime/base/index.ts";
import { describeGiven } from "./fits.ts";
import { moduleInvalid } from "./modules/module-errors.ts";
import { Tool } from "./tool.ts";

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";

interface Rule {
  readonly expected: string;
  readonly holds: (value: unknown) => boolean;
}

const rules: Readonly<Record<string, Rule>> = {
  arguments: { expected: "an object of arguments by their names", holds: isJsonObject },
  args: { expected: "a list of arguments", holds: Array.isArray },
  instructions: { expected: "a text", holds: (value) => typeof value === "string" },
  tools: {
    expected: "a list of tools, as `tool(…)` makes them",
    holds: (value) => Array.isArray(value) && value.every((one) => one instanceof Tool),
  },
  pool: { expected: "a pool's name", holds: isText },
  state: { expected: "the parameters of a saved program, as an object", holds: isJsonObject },
};

/** Throws PROGRAM_MODULE_INVALID. */
export function checkPythonModule(target: unknown, options: object): void {
  if (!isText(target)) {
    throw moduleInvalid("python", `expected the name of a class, such as "dspy.ReAct", got ${describeGiven(target)}`);
  }
  for (const [option, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, option) ? rules[option] : undefined;
    if (rule === undefined) {
      const near = nearest(option, Object.keys(rules));
      const hint = near === undefined ? "" : `; did you mean \`${near}\``;
      throw moduleInvalid("python", `there is no option \`${option}\`${hint}`);
    }
    if (value === undefined || rule.holds(value)) continue;
    throw moduleInvalid("python", `expected \`${option}\` to be ${rule.expected}, got ${describeGiven(value)}`);
  }
}
