// The kinds of step that are no predictors, and what is known of steps that ran.
// Knows nothing of pipelines.

import type { FieldValues } from "./adapter.ts";
import { type Call, Module } from "./module.ts";

/** What became of one step of one run. */
export interface StepRecord {
  readonly step: string;
  /** The step's module path in the program. */
  readonly path: string;
  readonly status: "stopped" | "failed";
  readonly durationMs: number;
  /** Absent where it did not fail. */
  readonly error?: unknown;
}

const BODY = Symbol("body");

/** A function as a module, so that it has a path, an actor and events as other steps do. */
class FunctionStep extends Module<FieldValues, object> {
  readonly [BODY]: (values: FieldValues, call: Call) => object | Promise<object>;

  constructor(body: (values: FieldValues, call: Call) => object | Promise<object>) {
    super();
    this[BODY] = body;
  }

  override forward(values: FieldValues, call: Call): object | Promise<object> {
    return this[BODY](values, call);
  }
}

/** Goes one of two ways. */
export class Choice extends Module<FieldValues, object> {
  readonly [BODY]: (values: FieldValues) => boolean;
  readonly yes: Module;
  readonly no?: Module;

  constructor(condition: (values: FieldValues) => boolean, yes: Module, no: Module | undefined) {
    super();
    this[BODY] = condition;
    this.yes = yes;
    if (no !== undefined) this.no = no;
  }

  override async forward(values: FieldValues, call: Call): Promise<object> {
    const way = this[BODY](values) ? this.yes : this.no;
    return way === undefined ? {} : call.run(way, valuesFor(way, values));
  }
}

/** Calls a module with inputs that a function makes, and answers what a function makes of its outputs. */
export class Fitted extends Module<FieldValues, object> {
  readonly module: Module;
  readonly [BODY]: { readonly inputs: (values: FieldValues) => object; readonly outputs: (outputs: object) => object };

  constructor(
    module: Module,
    inputs: (values: FieldValues) => object,
    outputs: (outputs: object) => object = (same) => same,
  ) {
    super();
    this.module = module;
    this[BODY] = { inputs, outputs };
  }

  override async forward(values: FieldValues, call: Call): Promise<object> {
    return this[BODY].outputs(await call.run(this.module, this[BODY].inputs(values)));
  }
}

/** A step as a module. Undefined where it is neither a module nor a function. */
export function toStep(step: unknown): Module | undefined {
  if (step instanceof Module) return step;
  // The compiler held the function's parameter against the values that the pipeline hands it.
  return typeof step === "function" ? new FunctionStep(step as (values: FieldValues) => object) : undefined;
}

/** Of all values, those that a module takes. */
export function valuesFor(module: Module, values: FieldValues): FieldValues {
  const names = module.inputNames;
  if (names === undefined) return values;
  const taken: Record<string, unknown> = {};
  for (const name of names) if (Object.hasOwn(values, name)) taken[name] = values[name];
  return taken;
}

const STEPS = new WeakMap<object, readonly StepRecord[]>();

/** Notes what became of the steps that made a prediction. */
export function noteSteps(prediction: object, steps: readonly StepRecord[]): void {
  STEPS.set(prediction, steps);
}

/** What became of each step of the pipeline that made a prediction, in the order in which they ended; empty where no pipeline made it. */
export function stepsOf(prediction: object): readonly StepRecord[] {
  return STEPS.get(prediction) ?? [];
}
