// Makes changed copies of programs: other predictors, or another module in one place.
// Nothing is ever changed in place.
import { pathUnknown, replacementMisfit } from "./errors.ts";
import { Module } from "./module.ts";
import { Predict } from "./predict.ts";
import { isContainer, prepareProgram } from "./prepare.ts";

/**
 * A copy of a program with each predictor replaced by what `change` answers for it.
 *
 * Instances are copied property by property, without their constructor: a `#private` field of a class of yours does not come along, and an arrow
 * function kept in a property still sees the original's `this`. A predictor that sits in two places is changed once and sits in both.
 */
export function withPredictors<Program extends Module>(
  program: Program,
  change: (path: string, predictor: Predict) => Predict,
): Program {
  const paths = prepareProgram(program).paths;
  return copyProgram(program, (module) =>
    module instanceof Predict ? change(paths.get(module) ?? "self", module) : undefined,
  );
}

/** A copy of a program with each module replaced for which `change` answers another. */
export function withModules<Program extends Module>(
  program: Program,
  change: (path: string, module: Module) => Module | undefined,
): Program {
  const { paths } = prepareProgram(program);
  return copyProgram(program, (module) => change(paths.get(module) ?? "self", module));
}

/**
 * A copy of a program with another module at this path; what is not on the way to it is shared with the original.
 *
 * The other module must take no inputs that the one before did not know, and, where both are predictors, give all of its outputs. On the way to it
 * instances are copied as `withPredictors` copies them.
 * @throws PROGRAM_PATH_UNKNOWN, PROGRAM_REPLACEMENT_MISFIT
 */
export function withModule<Program extends Module>(program: Program, path: string, module: Module): Program {
  const { modules } = prepareProgram(program);
  const target = modules.find((placed) => placed.path === path)?.module;
  if (target === undefined) {
    throw pathUnknown(
      path,
      modules.map((placed) => placed.path),
    );
  }
  const missing = misfitOf(target, module);
  if (missing !== undefined) throw replacementMisfit(path, missing);
  return copyProgram(program, (original) => {
    if (original === target) return module;
    return prepareProgram(original).paths.has(target) ? undefined : original;
  });
}

/** What keeps a module from standing in for another, as far as both say what they take and give. */
function misfitOf(before: Module, after: Module): string | undefined {
  const known = before.inputNames;
  const asked = known === undefined ? [] : (after.inputNames?.filter((name) => !known.includes(name)) ?? []);
  if (asked.length > 0) return `it asks for ${asked.join(", ")}, which the module before it did not`;
  if (!(before instanceof Predict && after instanceof Predict)) return undefined;
  const given = after.signature.outputs.map(({ name }) => name);
  const lacking = before.signature.outputs.map(({ name }) => name).filter((name) => !given.includes(name));
  return lacking.length === 0 ? undefined : `it does not give ${lacking.join(", ")}, which the module before it did`;
}

/** A copy with each module replaced by what `change` answers for it; where that is nothing, the module is copied with what is in it. */
function copyProgram<Program extends Module>(
  program: Program,
  change: (module: Module) => Module | undefined,
): Program {
  const copies = new Map<object, unknown>();
  // A copy has the class and the properties of its original; only what `change` answers differs.
  return copyValue(program) as Program;

  function copyValue(value: unknown): unknown {
    if (!(value instanceof Module) && !isContainer(value)) return value;
    const known = copies.get(value);
    if (known !== undefined) return known;
    const changed = value instanceof Module ? change(value) : undefined;
    if (changed !== undefined) {
      copies.set(value, changed);
      return changed;
    }
    if (!(value instanceof Module) && !holdsModule(value, new Set())) return value;
    // Noted before its parts are copied, so that a part that points back finds it.
    const copy: object = Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value));
    copies.set(value, copy);
    for (const key of Reflect.ownKeys(value)) {
      const descriptor = Object.getOwnPropertyDescriptor(value, key);
      if (descriptor === undefined) continue;
      if ("value" in descriptor) descriptor.value = copyValue(descriptor.value);
      Object.defineProperty(copy, key, descriptor);
    }
    return Object.isFrozen(value) ? Object.freeze(copy) : copy;
  }
}

/** Plain data without a module inside is shared, not copied. */
function holdsModule(value: unknown, above: Set<object>): boolean {
  if (value instanceof Module) return true;
  if (!isContainer(value) || above.has(value)) return false;
  above.add(value);
  return Object.values(value).some((item: unknown) => holdsModule(item, above));
}
