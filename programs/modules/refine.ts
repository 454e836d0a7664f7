// Makes attempts one after the other, each with advice that was drawn from the one before, and answers the best.
// Knows nothing of what makes one better than another: that it is told.
import { askModel } from "../ask-model.ts";
import { type Call, Module } from "../module.ts";
import type { Prediction } from "../prediction.ts";
import { prepareProgram } from "../prepare.ts";
import { floatRepr } from "../python/repr.ts";
import { toPlain } from "../python/values.ts";
import type { ProgramSettings } from "../settings.ts";
import { toPython } from "../to-python.ts";
import { type Attempt, attempt, sampledApart } from "./attempt.ts";
import type { Reward } from "./best-of-n.ts";
import { HINT, NO_ADVICE, OFFER_FEEDBACK, predictorsText } from "./feedback-words.ts";
import { atLeastOne, rewardInvalid } from "./module-errors.ts";
import { programSource } from "./program-source.ts";

/** How attempts are made, judged and advised. */
export interface RefineOptions<Inputs extends object, Outputs extends object> {
  /** How many attempts at most. */
  readonly n: number;
  readonly reward: Reward<Inputs, Outputs>;
  /** An attempt worth this much is taken. */
  readonly threshold: number;
  /** How many attempts may fail before the module does. Default: all but one. */
  readonly maxFailures?: number;
  /** The program as its advisor reads it. Default: its own source. */
  readonly programCode?: string;
  /** The reward function as the advisor reads it. Default: its own source. */
  readonly rewardCode?: string;
}

/** Runs a module, has a model say what each predictor should do better, and runs it again. */
export class Refine<Inputs extends object = object, Outputs extends object = object> extends Module<Inputs, Outputs> {
  readonly module: Module<Inputs, Outputs>;
  readonly options: RefineOptions<Inputs, Outputs>;

  constructor(module: Module<Inputs, Outputs>, options: RefineOptions<Inputs, Outputs>) {
    super();
    atLeastOne("refine", "n", options.n);
    this.module = module;
    this.options = Object.freeze({ ...options });
  }

  override get inputNames(): readonly string[] | undefined {
    return this.module.inputNames;
  }

  override async forward(inputs: Inputs, call: Call): Promise<Outputs> {
    const { n, reward, threshold } = this.options;
    let best: { readonly made: Attempt<Outputs>; readonly reward: number } | undefined;
    let advice: Readonly<Record<string, string>> | undefined;
    let failures = 0;
    let failure: unknown;
    for (let index = 0; index < n; index++) {
      try {
        const settings = this.advised(call, sampledApart(call, index, n), advice);
        const made = await attempt(call, this.module, inputs, { settings });
        const worth = await reward(inputs, made.prediction);
        if (Number.isNaN(worth)) throw rewardInvalid();
        if (best === undefined || worth > best.reward) best = { made, reward: worth };
        if (worth >= threshold || index === n - 1) break;
        advice = await this.advice(inputs, made, worth, call);
      } catch (error) {
        if (call.signal.aborted) throw error;
        failure = error;
        if (this.isTooMany(index, ++failures, call)) throw error;
      }
    }
    if (best === undefined) throw failure;
    for (const step of best.made.trace) call.trace(step);
    // A prediction has the outputs as its own properties.
    return best.made.prediction as Outputs;
  }

  /** DSPy holds the attempt's number against what is left of its budget. */
  private isTooMany(index: number, failures: number, { settings }: Call): boolean {
    const { n, maxFailures = settings.compat === undefined ? n - 1 : n } = this.options;
    return settings.compat === undefined ? failures > maxFailures : index > maxFailures - failures + 1;
  }

  /** An attempt's settings with the advice for each predictor, as one more input of it. */
  private advised(
    call: Call,
    settings: ProgramSettings,
    advice: Readonly<Record<string, string>> | undefined,
  ): ProgramSettings {
    if (advice === undefined) return settings;
    const hints = prepareProgram(this.module).predictors.map(({ path }) => {
      const value = Object.hasOwn(advice, path) ? advice[path] : NO_ADVICE;
      return [placeOf(path, call), [{ ...HINT, value }]] as const;
    });
    return { ...settings, extraInputs: { ...call.settings.extraInputs, ...Object.fromEntries(hints) } };
  }

  private async advice(
    inputs: Inputs,
    { prediction, trace }: Attempt<Outputs>,
    worth: number,
    call: Call,
  ): Promise<Readonly<Record<string, string>>> {
    const { threshold, reward, programCode, rewardCode } = this.options;
    const predictors = prepareProgram(this.module).predictors;
    const names = new Map(predictors.map(({ path }) => [placeOf(path, call), path]));
    const values = {
      program_code: programCode ?? programSource(this.module),
      modules_defn: predictorsText(predictors.map(({ path, predictor }) => ({ path, signature: predictor.signature }))),
      program_inputs: pretty(inputs),
      program_trajectory: pretty(
        trace.map((step) => ({
          module_name: names.get(step.path) ?? step.path,
          inputs: step.inputs,
          outputs: step.outputs,
        })),
      ),
      program_outputs: pretty(prediction),
      reward_code: rewardCode ?? reward.toString(),
      target_threshold: floatRepr(threshold),
      reward_value: floatRepr(worth),
      module_names: pretty(predictors.map(({ path }) => path)),
    };
    const { completions } = await askModel(ADVISOR, values, call);
    // The adapter answers exactly the signature's outputs.
    const [answer] = completions as readonly Prediction<{ advice: Record<string, string> }>[];
    return answer?.advice ?? {};
  }
}

/**
 * Makes a module that is refined: `refine(qa, { n: 3, reward, threshold: 1 })`.
 *
 * After an attempt that is worth less than the threshold, a further ask says of each predictor what it should do otherwise, and the next attempt is told so as an input
 * `hint_`. Throws PROGRAM_MODULE_INVALID.
 */
export function refine<Inputs extends object, Outputs extends object>(
  module: Module<Inputs, Outputs>,
  options: RefineOptions<NoInfer<Inputs>, NoInfer<Outputs>>,
): Refine<Inputs, Outputs> {
  return new Refine(module, options);
}

/** One object for all asks, by which the prepared prompt is found again. */
const ADVISOR = { signature: OFFER_FEEDBACK, demos: [], config: {}, rolloutId: undefined };

/** The path in the running program of what is at a path of the refined module. */
function placeOf(path: string, call: Call): string {
  const own = call.path === "self" ? "module" : `${call.path}.module`;
  return path === "self" ? own : `${own}.${path}`;
}

function pretty(value: object): string {
  return JSON.stringify(toPlain(toPython(value)), (_key, item) => (typeof item === "bigint" ? String(item) : item), 2);
}
