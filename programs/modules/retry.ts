// Runs a module again where its outputs do not hold what is asserted of them, and tells its predictors what was wrong.
// Knows nothing of what the module does.
import { BaseError, isBaseError } from "../../runtime/base/index.ts";
import type { FieldFailure } from "../errors.ts";
import type { ExtraInput } from "../extra-inputs.ts";
import { type Call, Module } from "../module.ts";
import type { TraceStep } from "../ports.ts";
import type { Prediction } from "../prediction.ts";
import { prepareProgram } from "../prepare.ts";
import type { ProgramSettings } from "../settings.ts";
import { type Attempt, attempt } from "./attempt.ts";
import { moduleInvalid } from "./module-errors.ts";

/** What outputs must hold, or should. */
export interface Assertion<Inputs extends object, Outputs extends object> {
  /** In words for the model: `The answer is one word.` */
  readonly message: string;
  /** Answers whether it holds, or a text that says what is wrong in place of the message. */
  readonly check: (
    outputs: Prediction<Outputs>,
    inputs: Inputs,
  ) => boolean | string | undefined | Promise<boolean | string | undefined>;
  /** `assert`: the module fails where it does not hold in the end. `suggest`: the outputs are accepted then. Default `assert`. */
  readonly kind?: "assert" | "suggest";
}

/** What is asserted, and how often the module is run again. */
export interface RetryOptions<Inputs extends object, Outputs extends object> {
  readonly assertions: readonly Assertion<Inputs, Outputs>[];
  /** Default 2. */
  readonly maxRetries?: number;
}

/** An assertion that does not hold. */
export interface UnmetAssertion {
  readonly message: string;
  readonly kind: "assert" | "suggest";
}

const MAX_RETRIES = 2;

/** A module that is held to assertions. */
export class Retry<Inputs extends object = object, Outputs extends object = object> extends Module<Inputs, Outputs> {
  readonly module: Module<Inputs, Outputs>;
  readonly options: RetryOptions<Inputs, Outputs>;

  constructor(module: Module<Inputs, Outputs>, options: RetryOptions<Inputs, Outputs>) {
    super();
    const { maxRetries = MAX_RETRIES } = options;
    if (!(maxRetries >= 0))
      throw moduleInvalid("retry", `expected \`maxRetries\` to be a number from 0, got ${String(maxRetries)}`);
    this.module = module;
    this.options = Object.freeze({ ...options, assertions: Object.freeze([...options.assertions]) });
  }

  override get inputNames(): readonly string[] | undefined {
    return this.module.inputNames;
  }

  override async forward(inputs: Inputs, call: Call): Promise<Outputs> {
    const { maxRetries = MAX_RETRIES } = this.options;
    let settings: ProgramSettings = {};
    let best: Judged<Outputs> | undefined;
    let failure: unknown;
    for (let tries = 0; tries <= maxRetries; tries++) {
      try {
        const made = await attempt(call, this.module, inputs, { settings });
        const unmet = await this.unmet(made.prediction, inputs);
        if (best === undefined || isBetter(unmet, best.unmet)) best = { made, unmet };
        if (unmet.length === 0) break;
        settings = this.told(
          call,
          unmet.map(({ message }) => message),
          made.trace,
        );
      } catch (error) {
        if (!isBaseError(error, "PROGRAM_PARSE_FAILED")) throw error;
        failure = error;
        settings = this.told(call, parseProblems(error), []);
      }
    }
    if (best === undefined) throw failure;
    const { made, unmet } = best;
    if (unmet.some(({ kind }) => kind === "assert"))
      throw assertionFailed(call.path, maxRetries + 1, made.prediction, unmet);
    for (const step of made.trace) call.trace(step);
    // A prediction has the outputs as its own properties.
    return made.prediction as Outputs;
  }

  private async unmet(prediction: Prediction<Outputs>, inputs: Inputs): Promise<readonly UnmetAssertion[]> {
    const unmet: UnmetAssertion[] = [];
    for (const { check, message, kind = "assert" } of this.options.assertions) {
      const said = await check(prediction, inputs);
      if (said === false) unmet.push({ message, kind });
      else if (typeof said === "string") unmet.push({ message: said, kind });
    }
    return unmet;
  }

  /** The settings of the next run: every predictor is told what it answered and what was wrong. */
  private told(call: Call, problems: readonly string[], trace: readonly TraceStep[]): ProgramSettings {
    const own = call.path === "self" ? "module" : `${call.path}.module`;
    const outputs = new Map(trace.map((step) => [step.path, step.outputs]));
    const told = prepareProgram(this.module).predictors.map(({ path }) => {
      const place = path === "self" ? own : `${own}.${path}`;
      return [place, [...pastInputs(outputs.get(place) ?? {}), feedback(problems)]] as const;
    });
    return { extraInputs: { ...call.settings.extraInputs, ...Object.fromEntries(told) } };
  }
}

/**
 * Makes a module that is run again until its outputs hold what is asserted: `retry(qa, { assertions: [{ message: "The answer is one word.", check: ({ answer }) => !answer.includes(" ") }] })`.
 *
 * A run that is made again is told the outputs before (`past_answer`) and what was wrong with them (`feedback`); so is one after an answer that could not be read.
 * Rejects with PROGRAM_ASSERTION_FAILED, with PROGRAM_PARSE_FAILED where no answer could be read, and at once with any other failure.
 */
export function retry<Inputs extends object, Outputs extends object>(
  module: Module<Inputs, Outputs>,
  options: RetryOptions<NoInfer<Inputs>, NoInfer<Outputs>>,
): Retry<Inputs, Outputs> {
  return new Retry(module, options);
}

interface Judged<Outputs extends object> {
  readonly made: Attempt<Outputs>;
  readonly unmet: readonly UnmetAssertion[];
}

/** Fewer assertions that do not hold are better, then fewer suggestions. */
function isBetter(a: readonly UnmetAssertion[], b: readonly UnmetAssertion[]): boolean {
  const asserted = (unmet: readonly UnmetAssertion[]): number => unmet.filter(({ kind }) => kind === "assert").length;
  return asserted(a) < asserted(b) || (asserted(a) === asserted(b) && a.length < b.length);
}

function pastInputs(outputs: Readonly<Record<string, unknown>>): readonly ExtraInput[] {
  return Object.entries(outputs).map(([name, value]) => ({
    name: `past_${name}`,
    desc: `your earlier \`${name}\`, which was not accepted`,
    value,
  }));
}

function feedback(problems: readonly string[]): ExtraInput {
  const value = problems.length === 1 ? (problems[0] ?? "") : problems.map((problem) => `- ${problem}`).join("\n");
  return { name: "feedback", desc: "what was wrong with the earlier answer; put it right", value };
}

function parseProblems(error: BaseError): readonly string[] {
  // What `parseFailed` made has a reason per field.
  const failures = error.details["failures"] as readonly FieldFailure[];
  return failures.map(({ field, reason }) =>
    field === "*" ? `The answer could not be read: ${reason}.` : `The field \`${field}\` could not be read: ${reason}.`,
  );
}

function assertionFailed(path: string, runs: number, outputs: object, unmet: readonly UnmetAssertion[]): BaseError {
  const said = unmet.map(({ message }) => `\n  ${message}`).join("");
  return new BaseError(
    "PROGRAM_ASSERTION_FAILED",
    `The outputs of \`${path}\` do not hold what is asserted, not even after ${runs} runs:${said}`,
    { details: { path, runs, outputs: { ...outputs }, unmet } },
  );
}
