// Has a predictor reason before it answers, by one more output in front.
// Knows nothing of prompts.

import type { DeclaredTypes } from "./declared-types.ts";
import { type Call, Module } from "./module.ts";
import {
  type Checked,
  type InputsOfLike,
  type OutputsOfLike,
  Predict,
  type PredictOptions,
  type SignatureLike,
  toSignature,
} from "./predict.ts";
import type { Signature } from "./signature.ts";
import type { NoTypes, Prepended } from "./signature-types.ts";

/** The outputs of a signature with the reasoning before them. */
export type Reasoned<Outputs extends object> = Prepended<{ reasoning: string }, Outputs>;

/** A module with one predictor, `predict`, whose first output is `reasoning`. */
export class ChainOfThought<Inputs extends object = object, Outputs extends object = object> extends Module<
  Inputs,
  Reasoned<Outputs>
> {
  readonly predict: Predict<Inputs, Reasoned<Outputs>>;

  constructor(signature: Signature<Inputs, Outputs>, options: PredictOptions = {}) {
    super();
    // `prepend` puts `reasoning: string` before the outputs, which is what Reasoned says of them.
    const reasoned = signature.prepend("output", "reasoning") as unknown as Signature<Inputs, Reasoned<Outputs>>;
    this.predict = new Predict(reasoned, options);
  }

  override get inputNames(): readonly string[] {
    return this.predict.inputNames;
  }

  override async forward(inputs: Inputs, call: Call): Promise<Reasoned<Outputs>> {
    return call.run(this.predict, inputs);
  }
}

/**
 * Makes a predictor that reasons first: `chainOfThought("question -> answer")` answers `reasoning` and `answer`.
 *
 * `types` are the enums and models that the string names. Throws SIGNATURE_INVALID.
 */
export function chainOfThought<const Like extends SignatureLike, const Types extends DeclaredTypes = NoTypes>(
  signature: Checked<Like, Types>,
  options: PredictOptions<Types> = {},
): ChainOfThought<InputsOfLike<Like, Types>, OutputsOfLike<Like, Types>> {
  return new ChainOfThought(toSignature(signature, options.types), options);
}
