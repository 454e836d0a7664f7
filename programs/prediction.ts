// What a program answers.
// Own enumerable properties are exactly the outputs; all else is asked for by function.
import type { LmUsage } from "./ports.ts";

/** The outputs of a program or module, frozen. Spread it, serialise it, compare it: it holds its outputs and nothing else. */
export type Prediction<Outputs extends object = object> = { readonly [Name in keyof Outputs]: Outputs[Name] };

/** What came with a prediction besides its outputs. */
interface PredictionFacts {
  readonly completions: readonly object[];
  readonly usage: LmUsage | undefined;
  readonly model: string | undefined;
}

class PredictionRecord {
  readonly #facts: PredictionFacts | undefined;

  constructor(outputs: object, facts: PredictionFacts | undefined) {
    this.#facts = facts;
    Object.assign(this, outputs);
    Object.freeze(this);
  }

  static factsOf(value: object): PredictionFacts | undefined {
    return #facts in value ? value.#facts : undefined;
  }

  static isPrediction(value: object): boolean {
    return #facts in value;
  }
}

/** Makes a prediction of outputs. Copies them; nested values are shared. */
export function toPrediction<Outputs extends object>(outputs: Outputs): Prediction<Outputs> {
  if (PredictionRecord.isPrediction(outputs)) return outputs;
  return record(outputs, undefined);
}

/** Makes the prediction of one LM request: the first completion's outputs, the rest kept for `completionsOf`. */
export function predictionOf<Outputs extends object>(
  first: Outputs,
  completions: readonly Outputs[],
  usage: LmUsage | undefined,
  model: string | undefined,
): Prediction<Outputs> {
  return record(first, { completions, usage, model });
}

/** Whether a value is a prediction, rather than a plain object of outputs. */
export function isPrediction(value: unknown): value is Prediction {
  return typeof value === "object" && value !== null && PredictionRecord.isPrediction(value);
}

/** Every completion's outputs, the prediction's own first: several where `n > 1`. A prediction that no LM request made is its only completion. */
export function completionsOf<Outputs extends object>(prediction: Outputs): readonly Outputs[] {
  // The completions were given to `predictionOf` together with outputs of this very type.
  return (PredictionRecord.factsOf(prediction)?.completions as readonly Outputs[] | undefined) ?? [prediction];
}

/** Tokens that the prediction's own LM request cost; undefined where the provider did not say or no request made it. */
export function usageOf(prediction: object): LmUsage | undefined {
  return PredictionRecord.factsOf(prediction)?.usage;
}

/** The model that answered, as the provider names it; undefined where no LM request made the prediction. */
export function modelOf(prediction: object): string | undefined {
  return PredictionRecord.factsOf(prediction)?.model;
}

function record<Outputs extends object>(outputs: Outputs, facts: PredictionFacts | undefined): Prediction<Outputs> {
  // The constructor copies every own property of `outputs` onto the instance.
  return new PredictionRecord(outputs, facts) as unknown as Prediction<Outputs>;
}
