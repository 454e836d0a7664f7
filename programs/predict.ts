// The module that asks a language model: inputs to prompt, answer to outputs.
// Knows no format and no provider.
import type { JsonObject } from "../runtime/base/index.ts";
import type { FieldValues } from "./adapter.ts";
import { askModel } from "./ask-model.ts";
import type { DeclaredTypes } from "./declared-types.ts";
import { type Demo, demoList } from "./demo.ts";
import { typesUnused } from "./errors.ts";
import { withExtraInputs } from "./extra-inputs.ts";
import { describeGiven } from "./fits.ts";
import { checkedInputs } from "./inputs.ts";
import { lmOptionsOf, mergedOptions } from "./lm-options.ts";
import { type Call, Module } from "./module.ts";
import { moduleInvalid } from "./modules/module-errors.ts";
import type { LmOptions, ModelChoice } from "./ports.ts";
import { predictionOf } from "./prediction.ts";
import { type AnySignature, Signature, signatureFromText } from "./signature.ts";
import type { CheckedSignature, InputsOf, NoTypes, OutputsOf } from "./signature-types.ts";

/** What a predictor carries besides its signature. */
export interface PredictOptions<Types extends DeclaredTypes = DeclaredTypes> {
  /** Enums and models that the signature's string names, as `signature` takes them. Default: none. */
  readonly types?: Types;
  /** What is to be done, in place of the signature's instructions. */
  readonly instructions?: string;
  /** Demonstrations shown to the model. Default: none. */
  readonly demos?: readonly Demo[];
  /** How its answers are sampled. Default: as the model does by itself. */
  readonly config?: LmOptions;
  /** Tells repeated asks of one prompt apart; part of the request's identity, never sent. */
  readonly rolloutId?: number;
  /** The model that answers, in place of the run's and whatever the run's settings say: DSPy's `predictor.lm`. Default: the run's. */
  readonly model?: ModelChoice;
  /** How a saved file describes `model`, as DSPy writes it: kept for the next save. */
  readonly lmState?: JsonObject;
}

const NO_DEMOS: readonly Demo[] = Object.freeze([]);

/** One question to a language model. Immutable: `with…` makes changed copies. */
export class Predict<Inputs extends object = object, Outputs extends object = object> extends Module<Inputs, Outputs> {
  readonly signature: Signature<Inputs, Outputs>;
  readonly demos: readonly Demo[];
  readonly config: LmOptions;
  readonly rolloutId: number | undefined;
  /** The model that answers in place of the run's; undefined where the run's does. */
  readonly model: ModelChoice | undefined;
  /** How the file that it was loaded from describes a model, as DSPy writes it. */
  readonly lmState: JsonObject | undefined;

  constructor(signature: Signature<Inputs, Outputs>, options: PredictOptions = {}) {
    super();
    this.signature = options.instructions === undefined ? signature : signature.withInstructions(options.instructions);
    this.demos = options.demos === undefined ? NO_DEMOS : demoList(options.demos);
    this.config = lmOptionsOf("predict", options.config);
    this.rolloutId = options.rolloutId;
    this.model = options.model;
    this.lmState = options.lmState;
    Object.freeze(this);
  }

  /** The same with other demonstrations. Throws PROGRAM_MODULE_INVALID for what are none. */
  withDemos(demos: readonly Demo[]): Predict<Inputs, Outputs> {
    return new Predict(this.signature, { ...this.#options(), demos });
  }

  /** The same with other instructions. */
  withInstructions(instructions: string): Predict<Inputs, Outputs> {
    return this.withSignature(this.signature.withInstructions(instructions));
  }

  /** The same with another wording of its signature. */
  withSignature(signature: Signature<Inputs, Outputs>): Predict<Inputs, Outputs> {
    return new Predict(signature, this.#options());
  }

  /** The same with sampling options put over its own, key by key. Throws PROGRAM_MODULE_INVALID for what are none. */
  withConfig(config: LmOptions): Predict<Inputs, Outputs> {
    const over = lmOptionsOf("withConfig", config);
    return new Predict(this.signature, { ...this.#options(), config: mergedOptions(this.config, over) });
  }

  /** The same asking this model, or, given undefined, the run's. */
  withModel(model: ModelChoice | undefined): Predict<Inputs, Outputs> {
    const { model: _model, lmState: _lmState, ...others } = this.#options();
    return new Predict(this.signature, model === undefined ? others : { ...others, model });
  }

  /** The same with what a saved file says of its model. */
  withLmState(lmState: JsonObject): Predict<Inputs, Outputs> {
    return new Predict(this.signature, { ...this.#options(), lmState });
  }

  /** The same under another rollout id. */
  withRolloutId(rolloutId: number): Predict<Inputs, Outputs> {
    return new Predict(this.signature, { ...this.#options(), rolloutId });
  }

  override get inputNames(): readonly string[] {
    return this.signature.inputs.map(({ name }) => name);
  }

  override async forward(inputs: Inputs, call: Call): Promise<Outputs> {
    const { settings, path } = call;
    const values = checkedInputs(this.signature, inputs, path, settings.compat, call);
    const extra = settings.extraInputs?.[path];
    const asked = extra === undefined ? undefined : withExtraInputs(this.signature, values, extra);
    const { completions, usage, model, failedAsks } = await askModel(
      asked === undefined
        ? this
        : { signature: asked.signature, demos: this.demos, config: this.config, rolloutId: this.rolloutId },
      asked?.values ?? values,
      call,
    );
    // The adapter answers exactly the signature's outputs, which is what Outputs says; at least one completion was read.
    const outputs = completions as readonly Outputs[];
    const prediction = predictionOf(outputs[0] as Outputs, outputs, usage, model);
    // DSPy's traces hold the hint as well.
    const told = settings.compat === undefined ? values : (asked?.values ?? values);
    const step = { path, inputs: told, outputs: prediction as FieldValues };
    call.trace(failedAsks === undefined ? step : { ...step, failedAsks });
    // A prediction has the outputs as its own properties; that they are readonly is the caller's gain.
    return prediction as Outputs;
  }

  #options(): PredictOptions {
    const { demos, config, rolloutId, model, lmState } = this;
    return {
      demos,
      config,
      ...(rolloutId === undefined ? {} : { rolloutId }),
      ...(model === undefined ? {} : { model }),
      ...(lmState === undefined ? {} : { lmState }),
    };
  }
}

/** What `predict` and its like take: a signature, or the string of one. */
export type SignatureLike = string | AnySignature;

/** A signature as it is; a string itself where it is a signature, else what is wrong with it. */
export type Checked<Like extends SignatureLike, Types = NoTypes> = Like extends string
  ? CheckedSignature<Like, Types>
  : Like;

/** The inputs of a signature or of the string of one. */
export type InputsOfLike<Like extends SignatureLike, Types = NoTypes> = Like extends string
  ? InputsOf<Like, Types>
  : Like extends Signature<infer Inputs, object>
    ? Inputs
    : never;

/** The outputs of a signature or of the string of one. */
export type OutputsOfLike<Like extends SignatureLike, Types = NoTypes> = Like extends string
  ? OutputsOf<Like, Types>
  : Like extends Signature<object, infer Outputs>
    ? Outputs
    : never;

/**
 * Makes a predictor of a signature or its string: `predict("question -> answer")`.
 *
 * `types` are the enums and models that the string names. Throws SIGNATURE_INVALID, and PROGRAM_MODULE_INVALID for demonstrations that are none.
 */
export function predict<const Like extends SignatureLike, const Types extends DeclaredTypes = NoTypes>(
  signature: Checked<Like, Types>,
  options: PredictOptions<Types> = {},
): Predict<InputsOfLike<Like, Types>, OutputsOfLike<Like, Types>> {
  if (typeof options !== "object" || options === null)
    throw moduleInvalid("predict", `expected its options as an object, got ${describeGiven(options)}`);
  return new Predict(toSignature(signature, options.types), options);
}

/** The signature of what `predict` was given. Throws SIGNATURE_INVALID. */
export function toSignature<Inputs extends object, Outputs extends object>(
  like: unknown,
  types?: DeclaredTypes,
): Signature<Inputs, Outputs> {
  if (!(like instanceof Signature)) return signatureFromText(String(like), types === undefined ? {} : { types });
  if (types !== undefined) throw typesUnused();
  return like;
}
