// What modules were told when they were made, as far as data can say it: `n`, `threshold`, `maxRetries` and their like.
// Knows nothing of what the options mean.
import { canonicalJson, type JsonValue } from "../runtime/base/index.ts";
import { typeName } from "./field-type.ts";
import type { Module } from "./module.ts";
import { Predict } from "./predict.ts";
import type { PlacedModule } from "./prepare.ts";
import { PythonModule } from "./python-module.ts";
import { pythonStateText } from "./python-state.ts";
import { signatureString } from "./type-text.ts";

/** The options of one module. */
export interface ModuleOptions {
  readonly path: string;
  readonly module: string;
  readonly options: Readonly<Record<string, JsonValue>>;
}

/**
 * The texts, numbers and flags in each module's frozen `options`, modules without any left out.
 *
 * Frozen, because what a module may change while it runs says nothing about what it was made as. Functions are code, not data.
 */
export function moduleOptions(modules: readonly PlacedModule[]): readonly ModuleOptions[] {
  const found: ModuleOptions[] = [];
  for (const { path, module } of modules) {
    const options = module instanceof PythonModule ? pythonOptions(module) : scalarsOf(module);
    if (Object.keys(options).length > 0) found.push({ path, module: module.constructor.name, options });
  }
  return found;
}

/** What Python is asked to run is no parameter of this side, and yet another program where it differs. */
function pythonOptions({ target, signature, options }: PythonModule): Readonly<Record<string, JsonValue>> {
  const { arguments: named = {}, args, tools = [], state } = options;
  return {
    target,
    signature: signatureString(signature, typeName),
    arguments: canonicalJson(named),
    // Left out where there are none: the hash of such a program is in records already.
    ...(args === undefined ? {} : { args: canonicalJson(args) }),
    ...(tools.length === 0 ? {} : { tools: canonicalJson(tools.map((tool) => ({ ...tool.toJSON() }))) }),
    ...(state === undefined ? {} : { state: pythonStateText(state) }),
  };
}

function scalarsOf(module: Module): Readonly<Record<string, JsonValue>> {
  if (module instanceof Predict) return {};
  const options: unknown = Reflect.get(module, "options");
  if (typeof options !== "object" || options === null || !Object.isFrozen(options)) return {};
  const scalars: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)) scalars[name] = value;
  }
  return scalars;
}
