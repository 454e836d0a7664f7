// The module that asks a language model: inputs to prompt, answer to outputs.
// Knows no format and no provider.
import type { Adapter, FieldValues, PreparedAdapter } from "./adapter.ts";
import { chatAdapter } from "./chat-adapter.ts";
import type { Compat } from "./compat.ts";
import { parseFailed } from "./errors.ts";
import { type AnyExample, Example } from "./example.ts";
import { checkedInputs } from "./inputs.ts";
import { type Call, Module } from "./module.ts";
import type { LmOptions, LmRequest } from "./ports.ts";
import { predictionOf } from "./prediction.ts";
import type { ProgramSettings } from "./settings.ts";
import { type AnySignature, Signature, signatureFromText } from "./signature.ts";
import type { CheckedSignature, InputsOf, OutputsOf } from "./signature-types.ts";

/** A demonstration: field values, as an example or a plain record. Fields that the signature does not have are ignored. */
export type Demo = AnyExample | FieldValues;

/** What a predictor carries besides its signature. */
export interface PredictOptions {
  /** What is to be done, in place of the signature's instructions. */
  readonly instructions?: string;
  /** Demonstrations shown to the model. Default: none. */
  readonly demos?: readonly Demo[];
  /** How its answers are sampled. Default: as the model does by itself. */
  readonly config?: LmOptions;
  /** Tells repeated asks of one prompt apart; part of the request's identity, never sent. */
  readonly rolloutId?: number;
}

/** One question to a language model. Immutable: `with…` makes changed copies. */
export class Predict<Inputs extends object = object, Outputs extends object = object> extends Module<Inputs, Outputs> {
  readonly signature: Signature<Inputs, Outputs>;
  readonly demos: readonly Demo[];
  readonly config: LmOptions;
  readonly rolloutId: number | undefined;

  constructor(signature: Signature<Inputs, Outputs>, options: PredictOptions = {}) {
    super();
    this.signature = options.instructions === undefined ? signature : signature.withInstructions(options.instructions);
    this.demos = Object.freeze([...(options.demos ?? [])]);
    this.config = Object.freeze({ ...options.config });
    this.rolloutId = options.rolloutId;
    Object.freeze(this);
  }

  /** The same with other demonstrations. */
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

  /** The same with sampling options put over its own, key by key. */
  withConfig(config: LmOptions): Predict<Inputs, Outputs> {
    return new Predict(this.signature, { ...this.#options(), config: mergedOptions(this.config, config) });
  }

  /** The same under another rollout id. */
  withRolloutId(rolloutId: number): Predict<Inputs, Outputs> {
    return new Predict(this.signature, { ...this.#options(), rolloutId });
  }

  override async forward(inputs: Inputs, call: Call): Promise<Outputs> {
    const { settings, path } = call;
    const values = checkedInputs(this.signature, inputs, path, settings.compat, call);
    const adapter = settings.adapter ?? chatAdapter;
    const prepared = preparedFor(this, adapter, settings.compat);
    const response = await call.complete(this.#request(prepared, values, settings));
    if (response.completions.length === 0) throw nothingAnswered(this.signature, adapter);
    const completions: Outputs[] = [];
    for (const completion of response.completions) {
      // The adapter answers exactly the signature's outputs, which is what Outputs says.
      if (completion.text === null || completion.text === "") throw nothingAnswered(this.signature, adapter);
      completions.push(prepared.parse(completion.text) as Outputs);
    }
    const [first] = completions;
    // At least one completion was parsed above.
    const prediction = predictionOf(first as Outputs, completions, response.usage, response.model);
    call.trace({ path, inputs: values, outputs: prediction as FieldValues });
    // A prediction has the outputs as its own properties; that they are readonly is the caller's gain.
    return prediction as Outputs;
  }

  #request(prepared: PreparedAdapter, values: FieldValues, settings: ProgramSettings): LmRequest {
    const options = sampledOptions(
      settings.lm === undefined ? this.config : mergedOptions(this.config, settings.lm),
      settings,
    );
    const messages = prepared.format(values);
    const rolloutId = settings.rolloutId ?? this.rolloutId;
    return rolloutId === undefined ? { messages, options } : { messages, options, rolloutId };
  }

  #options(): PredictOptions {
    const { demos, config, rolloutId } = this;
    return { demos, config, ...(rolloutId === undefined ? {} : { rolloutId }) };
  }
}

/** What `predict` and its like take: a signature, or the string of one. */
export type SignatureLike = string | AnySignature;

/** A signature as it is; a string itself where it is a signature, else what is wrong with it. */
export type Checked<Like extends SignatureLike> = Like extends string ? CheckedSignature<Like> : Like;

/** The inputs of a signature or of the string of one. */
export type InputsOfLike<Like extends SignatureLike> = Like extends string
  ? InputsOf<Like>
  : Like extends Signature<infer Inputs, object>
    ? Inputs
    : never;

/** The outputs of a signature or of the string of one. */
export type OutputsOfLike<Like extends SignatureLike> = Like extends string
  ? OutputsOf<Like>
  : Like extends Signature<object, infer Outputs>
    ? Outputs
    : never;

/** Makes a predictor of a signature or its string: `predict("question -> answer")`. Throws SIGNATURE_INVALID. */
export function predict<const Like extends SignatureLike>(
  signature: Checked<Like>,
  options: PredictOptions = {},
): Predict<InputsOfLike<Like>, OutputsOfLike<Like>> {
  return new Predict(toSignature(signature), options);
}

/** The signature of what `predict` was given. */
export function toSignature<Inputs extends object, Outputs extends object>(like: unknown): Signature<Inputs, Outputs> {
  if (like instanceof Signature) return like;
  return signatureFromText(String(like));
}

/** A demonstration's values. */
export function demoValues(demo: Demo): FieldValues {
  // A demo that is no Example is a record of values.
  return (demo instanceof Example ? demo.fields : demo) as FieldValues;
}

/** Options put over others, key by key; `extra` too. */
export function mergedOptions(under: LmOptions, over: LmOptions): LmOptions {
  const extra =
    under.extra !== undefined && over.extra !== undefined ? { extra: { ...under.extra, ...over.extra } } : {};
  return { ...under, ...over, ...extra };
}

/** Several completions at a temperature near zero would be one completion several times: they are asked for at 0.7. */
function sampledOptions(options: LmOptions, { lmDefaults }: ProgramSettings): LmOptions {
  const n = options.n ?? lmDefaults?.n ?? 1;
  if (n <= 1) return options;
  // As in DSPy, a temperature of 0 counts as unset and the model's own is looked at.
  const temperature = options.temperature || lmDefaults?.temperature;
  return temperature === undefined || temperature <= 0.15 ? { ...options, temperature: 0.7 } : options;
}

interface CachedAdapter {
  readonly adapter: Adapter;
  readonly compat: Compat | undefined;
  readonly prepared: PreparedAdapter;
}

const preparedAdapters = new WeakMap<object, CachedAdapter>();

function preparedFor(predictor: Predict, adapter: Adapter, compat: Compat | undefined): PreparedAdapter {
  const cached = preparedAdapters.get(predictor);
  if (cached !== undefined && cached.adapter === adapter && cached.compat === compat) return cached.prepared;
  const prepared = adapter.prepare(predictor.signature, predictor.demos.map(demoValues), compat);
  preparedAdapters.set(predictor, { adapter, compat, prepared });
  return prepared;
}

function nothingAnswered(signature: AnySignature, adapter: Adapter): Error {
  return parseFailed({
    adapterName: adapter.adapterName,
    text: null,
    expectedFields: signature.outputs.map((field) => field.name),
    parsedFields: {},
    failures: [{ field: "*", reason: "the model answered nothing" }],
  });
}
