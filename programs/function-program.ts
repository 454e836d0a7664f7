// Composes modules by a function instead of a class.
// Knows nothing of what the modules do.
import { BaseError } from "../runtime/base/index.ts";
import { type Call, Module } from "./module.ts";
import type { Prediction } from "./prediction.ts";
import type { Simplify } from "./signature-types.ts";

/** The modules of a function program, by name. */
export type Steps = { readonly [Name in string]: Module };

/** The modules as the function sees them: called with their inputs, they answer their prediction. */
export type BoundSteps<Of extends Steps> = {
  readonly [Name in keyof Of]: Of[Name] extends Module<infer Inputs, infer Outputs>
    ? (inputs: Inputs) => Promise<Prediction<Outputs>>
    : never;
};

/** The function of a function program. */
export type ProgramBody<Of extends Steps, Inputs extends object, Result extends object> = (
  inputs: Inputs,
  steps: BoundSteps<Of>,
  call: Call,
) => Promise<Result> | Result;

const BODY = Symbol("body");
const STEP_NAMES = Symbol("step names");
const RESERVED = new Set(["forward", "constructor", "__proto__"]);

class FunctionProgram<Inputs extends object, Outputs extends object> extends Module<Inputs, Outputs> {
  readonly [BODY]: (inputs: Inputs, steps: object, call: Call) => Promise<Outputs> | Outputs;
  readonly [STEP_NAMES]: readonly string[];

  constructor(steps: Steps, body: (inputs: Inputs, steps: object, call: Call) => Promise<Outputs> | Outputs) {
    super();
    if (typeof steps !== "object" || steps === null || typeof body !== "function")
      throw new BaseError(
        "PROGRAM_STEP_INVALID",
        "Expected program(…) to be given its steps by name, and a function that runs them.",
      );
    this[BODY] = body;
    this[STEP_NAMES] = Object.keys(steps);
    for (const [name, module] of Object.entries(steps)) {
      if (RESERVED.has(name) || !(module instanceof Module)) {
        throw new BaseError(
          "PROGRAM_STEP_INVALID",
          RESERVED.has(name)
            ? `A step cannot be named \`${name}\`; choose another name.`
            : `The step \`${name}\` is no module. Pass what predict(…), chainOfThought(…), program(…) or a class of yours makes.`,
          { details: { name } },
        );
      }
      // Steps are properties, so that they are found and replaced as those of a class are.
      Object.defineProperty(this, name, { value: module, enumerable: true, writable: true, configurable: true });
    }
  }

  override forward(inputs: Inputs, call: Call): Promise<Outputs> | Outputs {
    const own = this as unknown as Readonly<Record<string, Module>>;
    const bound: Record<string, (inputs: object) => Promise<Prediction>> = {};
    for (const name of this[STEP_NAMES]) {
      const step = own[name];
      // Every name was given a module by the constructor, or by whoever made a changed copy.
      if (step !== undefined) bound[name] = (stepInputs) => call.run(step, stepInputs);
    }
    return this[BODY](inputs, bound, call);
  }
}

/** The source of a function program's function; undefined for other modules. */
export function bodySource(module: Module): string | undefined {
  return module instanceof FunctionProgram ? String(module[BODY]) : undefined;
}

/**
 * Makes a program of named modules and a function that calls them.
 *
 * ```ts
 * const hinted = program(
 *   { step1: predict("question -> hint"), step2: predict("question, hint -> answer") },
 *   async ({ question }: { question: string }, { step1, step2 }) => {
 *     const { hint } = await step1({ question });
 *     return step2({ question, hint });
 *   },
 * );
 * ```
 * Call the steps that the function is given, not those outside: a changed copy of the program has its own. Throws PROGRAM_STEP_INVALID.
 */
export function program<const Of extends Steps, Inputs extends object, Result extends object>(
  steps: Of,
  body: ProgramBody<Of, Inputs, Result>,
): Module<Inputs, Outcome<Result>> {
  // The steps handed to the body are those given here, bound: BoundSteps<Of>.
  return new FunctionProgram<Inputs, Outcome<Result>>(
    steps,
    body as unknown as (inputs: Inputs, steps: object, call: Call) => Promise<Outcome<Result>>,
  );
}

/** What a function program answers: the properties of what its function does, no longer readonly, so that a hover shows them plainly. */
export type Outcome<Result extends object> = Simplify<{ -readonly [Name in keyof Result]: Result[Name] }>;
