// Makes changed copies of programs: every module anew, predictors as a function says.
// Nothing is ever changed in place.
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
  const copies = new Map<object, unknown>();
  // A copy has the class and the properties of its original; only predictors differ, and those by `change`.
  return copyValue(program) as Program;

  function copyValue(value: unknown): unknown {
    if (!(value instanceof Module) && !isContainer(value)) return value;
    const known = copies.get(value);
    if (known !== undefined) return known;
    if (value instanceof Predict) {
      const changed = change(paths.get(value) ?? "self", value);
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
