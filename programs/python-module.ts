// A module whose work is done in Python.
// Knows nothing of how Python is reached.
import type { JsonObject } from "../runtime/base/index.ts";
import { checkedInputs } from "./inputs.ts";
import { type Call, Module } from "./module.ts";
import { type Checked, type InputsOfLike, type OutputsOfLike, type SignatureLike, toSignature } from "./predict.ts";
import { remoteAnswerInvalid } from "./remote-errors.ts";
import type { Signature } from "./signature.ts";

/** What a Python target is made with. */
export interface PythonOptions {
  /** Arguments of the target besides its signature: `{ max_iters: 3 }`. Default: none. */
  readonly arguments?: JsonObject;
  /** What is to be done, in place of the signature's instructions. */
  readonly instructions?: string;
}

/** A step that Python does. Its demonstrations and instructions live there: it has no parameters that an optimizer of this side could change. */
export class PythonModule<Inputs extends object = object, Outputs extends object = object> extends Module<
  Inputs,
  Outputs
> {
  readonly target: string;
  readonly signature: Signature<Inputs, Outputs>;
  readonly options: PythonOptions;

  constructor(target: string, signature: Signature<Inputs, Outputs>, options: PythonOptions = {}) {
    super();
    this.target = target;
    this.signature = options.instructions === undefined ? signature : signature.withInstructions(options.instructions);
    this.options = options;
  }

  override get inputNames(): readonly string[] {
    return this.signature.inputs.map(({ name }) => name);
  }

  override async forward(inputs: Inputs, call: Call): Promise<Outputs> {
    const { target, signature } = this;
    const values = checkedInputs(signature, inputs, call.path, call.settings.compat, call);
    const outputs = await call.runRemote({
      target,
      signature,
      options: this.options.arguments ?? {},
      inputs: values,
    });
    const missing = signature.outputs.find(({ name }) => !Object.hasOwn(outputs, name));
    if (missing !== undefined) throw remoteAnswerInvalid(call.path, target, missing.name, Object.keys(outputs));
    // Every output of the signature is there; their types are the other side's business, which was given the signature.
    return outputs as Outputs;
  }
}

/**
 * Makes a module that Python runs: `python("dspy.ProgramOfThought", "question -> answer")`.
 *
 * It needs a runtime that reaches Python; without one its runs reject with PROGRAM_PYTHON_MISSING, which names the remedy. Throws SIGNATURE_INVALID.
 */
export function python<const Like extends SignatureLike>(
  target: string,
  signature: Checked<Like>,
  options: PythonOptions = {},
): PythonModule<InputsOfLike<Like>, OutputsOfLike<Like>> {
  return new PythonModule(target, toSignature(signature), options);
}
