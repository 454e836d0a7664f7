// Programs put together of steps whose outputs are the next ones' inputs.
// Knows nothing of who runs them.
import type { FieldValues } from "./adapter.ts";
import { describeGiven } from "./fits.ts";
import { checkedInputs } from "./inputs.ts";
import { type Call, Module } from "./module.ts";
import { pipelineFailed, pipelineInvalid } from "./pipeline-errors.ts";
import { runStages, type Stage } from "./pipeline-run.ts";
import { Choice, Fitted, noteSteps, toStep } from "./pipeline-steps.ts";
import type {
  Apart,
  CheckedInputs,
  Either,
  Fitting,
  FittingAll,
  GivenInputs,
  InputsOfStep,
  Merged,
  MergedSteps,
  OutputsOfStep,
  PipelineInputs,
  StepLike,
} from "./pipeline-types.ts";
import { toPrediction } from "./prediction.ts";
import { type AnySignature, inputsFromText, Signature } from "./signature.ts";
import type { Simplify } from "./signature-types.ts";

/** How a pipeline runs. */
export interface PipelineOptions<OnError extends "stop" | "continue" = "stop" | "continue"> {
  /**
   * `stop`, the default: the first failure is the pipeline's. `continue`: it is recorded (`stepsOf`), the steps behind it run with what values there are,
   * and outputs may be missing; only where nothing comes at all does the run reject, with PIPELINE_FAILED.
   */
  readonly onError?: OnError;
}

/** How one stage of a pipeline runs. */
export interface StageOptions {
  /** Milliseconds for each of its steps; past them it fails with PROGRAM_DEADLINE_EXCEEDED. Default: the run's deadline alone. */
  readonly timeoutMs?: number;
}

/** What a pipeline is made of besides its steps, which are its properties. */
interface Plan {
  readonly stages: readonly Stage[];
  /** Absent where nothing is said of the inputs at run time. */
  readonly inputs: AnySignature | undefined;
  /** Absent: whatever the steps answer. */
  readonly answers: readonly string[] | undefined;
  readonly onError: "stop" | "continue";
}

/** What a pipeline answers: outputs that may be missing are optional. */
export type Answered<Outputs extends object, OnError extends "stop" | "continue"> = OnError extends "continue"
  ? Simplify<Partial<Outputs>>
  : Outputs;

const PLAN = Symbol("plan");
const NAME = /^[A-Za-z_]\w*$/;

/**
 * Steps in an order, each of which is a module of the program under its own name. Immutable: every method answers a longer pipeline.
 *
 * `Values` is what a next step can take: the inputs, and the outputs of the steps so far over them.
 */
export class Pipeline<
  Inputs extends object = object,
  Values extends object = Inputs,
  Outputs extends object = object,
  OnError extends "stop" | "continue" = "stop",
> extends Module<Inputs, Answered<Outputs, OnError>> {
  readonly [PLAN]: Plan;

  /** `pipeline("question: str")` is the way to make one. Throws PIPELINE_INVALID. */
  constructor(plan: Plan, steps: Readonly<Record<string, Module>>) {
    super();
    this[PLAN] = plan;
    for (const [name, module] of Object.entries(steps)) {
      // Steps are properties, so that they are found and replaced as those of a class are.
      Object.defineProperty(this, name, { value: module, enumerable: true, writable: true, configurable: true });
    }
  }

  override get inputNames(): readonly string[] | undefined {
    return this[PLAN].inputs?.inputs.map(({ name }) => name);
  }

  /** With one more step, a module or a function of the values so far. A module is handed those that it takes. Throws PIPELINE_INVALID for a name that cannot be one or is there already. */
  step<Name extends string, const Step extends StepLike<Values>>(
    name: Name,
    step: Step & Fitting<Step, Values>,
    options: StageOptions = {},
  ): Pipeline<Inputs, Merged<Values, OutputsOfStep<Step>>, Merged<Outputs, OutputsOfStep<Step>>, OnError> {
    return withStage(this, { [name]: step }, options);
  }

  /** With a module whose fields have other names: `inputs` makes its inputs of the values so far, `outputs` what is kept of what it answers. Throws as `step`. */
  fit<Name extends string, const Step extends Module, Kept extends object = OutputsOfStep<Step>>(
    name: Name,
    step: Step,
    fields: {
      readonly inputs: (values: Values) => NoInfer<InputsOfStep<Step>>;
      readonly outputs?: (outputs: NoInfer<OutputsOfStep<Step>>) => Kept;
    },
    options: StageOptions = {},
  ): Pipeline<Inputs, Merged<Values, Kept>, Merged<Outputs, Kept>, OnError> {
    // `inputs` takes this pipeline's values, `outputs` what this very step answers.
    const { inputs, outputs } = fields as unknown as {
      readonly inputs: (values: FieldValues) => object;
      readonly outputs?: (outputs: object) => object;
    };
    return withStage(this, { [name]: new Fitted(step, inputs, outputs) }, options);
  }

  /** With steps that run side by side on the values so far. Their outputs need different names. Throws as `step`. */
  parallel<const Steps extends Readonly<Record<string, StepLike<Values>>>>(
    steps: Steps & FittingAll<Steps, Values> & Apart<Steps>,
    options: StageOptions = {},
  ): Pipeline<Inputs, Merged<Values, MergedSteps<Steps>>, Merged<Outputs, MergedSteps<Steps>>, OnError> {
    return withStage(this, steps, options);
  }

  /** With one of two steps, or with one or none: what not both of them answer may be missing. Their modules are `name.yes` and `name.no`. Throws as `step`. */
  when<
    Name extends string,
    const Yes extends StepLike<Values>,
    const No extends StepLike<Values> = () => Record<never, never>,
  >(
    name: Name,
    condition: (values: Values) => boolean,
    yes: Yes & Fitting<Yes, Values>,
    no?: No & Fitting<No, Values>,
    options: StageOptions = {},
  ): Pipeline<
    Inputs,
    Merged<Values, Either<OutputsOfStep<Yes>, OutputsOfStep<No>>>,
    Merged<Outputs, Either<OutputsOfStep<Yes>, OutputsOfStep<No>>>,
    OnError
  > {
    // The condition takes this pipeline's values.
    const choice = new Choice(
      condition as (values: FieldValues) => boolean,
      required(name, yes),
      no === undefined ? undefined : required(name, no),
    );
    return withStage(this, { [name]: choice }, options);
  }

  /** The same, answering these outputs alone. */
  answers<Name extends Extract<keyof Outputs, string>>(
    ...names: readonly Name[]
  ): Pipeline<Inputs, Values, Simplify<Pick<Outputs, Name>>, OnError> {
    return new Pipeline({ ...this[PLAN], answers: names }, stepsIn(this));
  }

  override async forward(inputs: Inputs, call: Call): Promise<Answered<Outputs, OnError>> {
    const { stages, inputs: asked, answers, onError } = this[PLAN];
    const given =
      asked === undefined
        ? (inputs as FieldValues)
        : checkedInputs(asked, inputs, call.path, call.settings.compat, call);
    const own = this as unknown as Readonly<Record<string, Module>>;
    const { outputs, steps } = await runStages(stages, (name) => own[name], given, call, onError);
    const answered =
      answers === undefined
        ? outputs
        : Object.fromEntries(
            answers.filter((name) => Object.hasOwn(outputs, name)).map((name) => [name, outputs[name]]),
          );
    const failures = steps.filter(({ status }) => status === "failed");
    if (failures.length > 0 && Object.keys(answered).length === 0) throw pipelineFailed(call.path, failures);
    const prediction = toPrediction(answered);
    noteSteps(prediction, steps);
    // The steps answered what their types say, merged as Outputs is.
    return prediction as Answered<Outputs, OnError>;
  }
}

/**
 * Begins a pipeline that takes these inputs, written as those of a signature: `pipeline("question: str, k: int = 3")`.
 *
 * They are checked before the first step runs. Without a text, `pipeline<{ question: string }>()` takes its inputs as they are. Throws SIGNATURE_INVALID, and PIPELINE_INVALID for a text with `->`.
 * @example
 * const rag = pipeline("question: str")
 *   .step("retrieve", async ({ question }) => ({ context: await search(question) }))
 *   .step("respond", chainOfThought("context: list[str], question -> answer"));
 */
export function pipeline<Inputs extends object, OnError extends "stop" | "continue" = "stop">(
  inputs?: undefined,
  options?: PipelineOptions<OnError>,
): Pipeline<Inputs, Inputs, Record<never, never>, OnError>;
export function pipeline<const Text extends string, OnError extends "stop" | "continue" = "stop">(
  inputs: CheckedInputs<Text>,
  options?: PipelineOptions<OnError>,
): Pipeline<PipelineInputs<Text>, GivenInputs<PipelineInputs<Text>>, Record<never, never>, OnError>;
export function pipeline(inputs?: string, options: PipelineOptions = {}): Module {
  if (typeof options !== "object" || options === null)
    throw pipelineInvalid(`expected its options as an object, got ${describeGiven(options)}`);
  const { onError = "stop" } = options;
  if (inputs !== undefined && typeof inputs !== "string")
    throw pipelineInvalid(`expected its inputs as a text like "question, k: int", got ${describeGiven(inputs)}`);
  if (inputs?.includes("->") === true)
    throw pipelineInvalid(`"${inputs}" has a '->'; a pipeline is given its inputs alone, like "question, k: int"`);
  const asked = inputs === undefined ? undefined : new Signature("", inputsFromText(inputs), []);
  return new Pipeline({ stages: [], inputs: asked, answers: undefined, onError }, {});
}

function required(name: string, step: unknown): Module {
  const module = toStep(step);
  if (module !== undefined) return module;
  throw pipelineInvalid(
    `the step \`${name}\` is neither a module nor a function; pass what predict(…), python(…), program(…) or a class of yours makes`,
  );
}

// Functions, not #private methods: a changed copy of a program is made without its class's constructor, and would lack those.
function withStage<Longer extends Module>(
  short: PlannedModule,
  steps: Readonly<Record<string, unknown>>,
  options: StageOptions,
): Longer {
  const before = stepsIn(short);
  const names = Object.keys(steps);
  if (names.length === 0) throw pipelineInvalid("a stage needs a step");
  const modules = names.map((name) => {
    if (!NAME.test(name)) throw pipelineInvalid(`a step cannot be named \`${name}\`; use letters, digits and _`);
    if (name in Pipeline.prototype) throw pipelineInvalid(`a step cannot be named \`${name}\`, as a method is`);
    if (Object.hasOwn(before, name)) throw pipelineInvalid(`there is a step \`${name}\` already`);
    return [name, required(name, steps[name])] as const;
  });
  const plan = short[PLAN];
  const longer: Plan = { ...plan, answers: undefined, stages: [...plan.stages, { names, ...options }] };
  // What the methods promise of the longer pipeline follows from the steps they were given.
  return new Pipeline(longer, { ...before, ...Object.fromEntries(modules) }) as unknown as Longer;
}

interface PlannedModule {
  readonly [PLAN]: Plan;
}

function stepsIn(planned: PlannedModule): Readonly<Record<string, Module>> {
  const own = planned as unknown as Readonly<Record<string, Module>>;
  const names = planned[PLAN].stages.flatMap((stage) => stage.names);
  return Object.fromEntries(names.map((name) => [name, required(name, own[name])]));
}
