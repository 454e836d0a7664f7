// A module whose work is done in Python: a class by its name, what it is made with, and the parameters that it was saved with.
// Knows nothing of how Python is reached.
import type { JsonObject, JsonValue } from "../runtime/base/index.ts";
import type { Reasoned } from "./chain-of-thought.ts";
import { checkedInputs } from "./inputs.ts";
import { type Call, Module } from "./module.ts";
import { type Checked, type InputsOfLike, type OutputsOfLike, type SignatureLike, toSignature } from "./predict.ts";
import { checkPythonModule } from "./python-module-check.ts";
import type { RemoteRequest } from "./remote-port.ts";
import { remoteOutputs } from "./remote-values.ts";
import type { Signature } from "./signature.ts";
import type { Tool } from "./tool.ts";

/** What a Python target is made with. */
export interface PythonOptions {
  /** Arguments of the target besides its signature: `{ max_iters: 3 }`. Default: none. */
  readonly arguments?: JsonObject;
  /** Arguments by position, in place of the signature: for classes that are not made with one. Default: the signature alone. */
  readonly args?: readonly JsonValue[];
  /** What is to be done, in place of the signature's instructions. */
  readonly instructions?: string;
  /** Tools of this side, handed to the target as its argument `tools`. Each call of one comes home. Default: none. */
  readonly tools?: readonly Tool[];
  /** Which of the runtime's pools of workers runs it: the one with its modules, its memory, its GPU. Default `general`. */
  readonly pool?: string;
  /** Parameters as Python's `program.dump_state()` gives them. Default: those that the target is made with. */
  readonly state?: JsonObject;
}

/** A step that Python does. Its demonstrations and instructions live there, and here as `state`: an optimizer of this side changes none of them. */
export class PythonModule<Inputs extends object = object, Outputs extends object = object> extends Module<
  Inputs,
  Outputs
> {
  readonly target: string;
  readonly signature: Signature<Inputs, Outputs>;
  readonly options: PythonOptions;

  constructor(target: string, signature: Signature<Inputs, Outputs>, options: PythonOptions = {}) {
    super();
    checkPythonModule(target, options);
    this.target = target;
    this.signature = options.instructions === undefined ? signature : signature.withInstructions(options.instructions);
    this.options = Object.freeze({ ...options });
  }

  /** The same with these parameters of Python's. */
  withState(state: JsonObject): PythonModule<Inputs, Outputs> {
    return new PythonModule(this.target, this.signature, { ...this.options, state });
  }

  override get inputNames(): readonly string[] {
    return this.signature.inputs.map(({ name }) => name);
  }

  /** What the other side is asked for, without the inputs. */
  get request(): Omit<RemoteRequest, "inputs"> {
    const { target, signature } = this;
    const { arguments: options = {}, args, tools = [], pool, state } = this.options;
    return {
      target,
      ...(pool === undefined ? {} : { pool }),
      signature,
      options,
      ...(args === undefined ? {} : { args }),
      tools,
      ...(state === undefined ? {} : { state }),
    };
  }

  override async forward(inputs: Inputs, call: Call): Promise<Outputs> {
    const { target, signature } = this;
    const values = checkedInputs(signature, inputs, call.path, call.settings.compat, call);
    const outputs = await call.runRemote({ ...this.request, inputs: values });
    const fitted = remoteOutputs({ path: call.path, target }, signature.outputs, outputs, call.settings.compat);
    // Every output of the signature is there, and of its type.
    return fitted as Outputs;
  }
}

/** What a target answers: DSPy's chain of thought its reasoning before what the signature says. */
type Answered<Target extends string, Outputs extends object> = Target extends "dspy.ChainOfThought"
  ? Reasoned<Outputs>
  : Outputs;

/**
 * Makes a module that Python runs: `python("dspy.ProgramOfThought", "question -> answer")`.
 *
 * It needs a runtime that reaches Python; without one its runs reject with PROGRAM_PYTHON_MISSING, which names the remedy. Throws SIGNATURE_INVALID, PROGRAM_MODULE_INVALID.
 */
export function python<const Like extends SignatureLike, const Target extends string = string>(
  target: Target,
  signature: Checked<Like>,
  options: PythonOptions = {},
): PythonModule<InputsOfLike<Like>, Answered<Target, OutputsOfLike<Like>>> {
  // Python is handed the signature as it is, and puts the reasoning before its outputs itself.
  return new PythonModule<object, object>(target, toSignature(signature), options) as never;
}
