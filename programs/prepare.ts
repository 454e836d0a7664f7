// Finds a program's modules once and names them by DSPy's parameter paths.
// Runs nothing.
import { BaseError } from "../runtime/base/index.ts";
import { describeGiven } from "./fits.ts";
import { Module } from "./module.ts";
import { Predict } from "./predict.ts";

/** A module and the path that names it. */
export interface PlacedModule {
  /** `self` for the root; below it `step1`, `gen.predict`, `parts[0]`, `d['k']`. */
  readonly path: string;
  readonly module: Module;
}

/** A predictor and the path that names it. */
export interface PlacedPredictor {
  readonly path: string;
  readonly predictor: Predict;
}

/** A program whose modules are found and named. */
export interface PreparedProgram<Inputs extends object = object, Outputs extends object = object> {
  readonly root: Module<Inputs, Outputs>;
  /** Every module, the root first, each once, in the order of the properties that hold them. */
  readonly modules: readonly PlacedModule[];
  /** The predictors among them. */
  readonly predictors: readonly PlacedPredictor[];
  /** The same paths, by module. */
  readonly paths: ReadonlyMap<Module, string>;
}

/** Walks a program and names its modules. A module that sits in two places is named once, by the first. Throws PROGRAM_STEP_INVALID for what is no module. */
export function prepareProgram<Inputs extends object, Outputs extends object>(
  module: Module<Inputs, Outputs>,
): PreparedProgram<Inputs, Outputs> {
  if (!(module instanceof Module)) throw programInvalid(module);
  const paths = new Map<Module, string>();
  visitModule(module, "", paths);
  const modules = [...paths].map(([placed, path]) => ({ path, module: placed }));
  const predictors: PlacedPredictor[] = [];
  for (const { path, module: placed } of modules) {
    if (placed instanceof Predict) predictors.push({ path, predictor: placed });
  }
  return { root: module, modules, predictors, paths };
}

function programInvalid(found: unknown): BaseError {
  return new BaseError(
    "PROGRAM_STEP_INVALID",
    `Expected a program, as predict(…), program(…) or a class of yours that extends Module makes it, got ${describeGiven(found)}.`,
  );
}

function visitModule(module: Module, path: string, paths: Map<Module, string>): void {
  if (paths.has(module)) return;
  paths.set(module, path === "" ? "self" : path);
  // A predictor's properties are parameters, not parts.
  if (module instanceof Predict) return;
  for (const [name, value] of Object.entries(module)) {
    visitValue(value, path === "" ? name : `${path}.${name}`, paths, new Set());
  }
}

function visitValue(value: unknown, path: string, paths: Map<Module, string>, above: Set<object>): void {
  if (value instanceof Module) {
    visitModule(value, path, paths);
    return;
  }
  if (!isContainer(value) || above.has(value)) return;
  above.add(value);
  if (Array.isArray(value)) {
    value.forEach((item: unknown, index) => {
      visitValue(item, `${path}[${index}]`, paths, above);
    });
  } else {
    for (const [key, item] of Object.entries(value)) visitValue(item, `${path}['${key}']`, paths, above);
  }
  above.delete(value);
}

/** Whether modules are looked for inside a value: arrays and plain records, nothing with a class of its own. */
export function isContainer(value: unknown): value is readonly unknown[] | Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
