// What the compiler holds a pipeline to: each step against the values before it.
// Knows nothing of run time.
import type { Call, Module } from "./module.ts";
import type { CheckedSignature, InputsOf, Simplify } from "./signature-types.ts";

/** What a pipeline takes as a step: a module, or a function of the values so far. */
export type StepLike<Values extends object> = Module | ((values: Values, call: Call) => object | Promise<object>);

/** What a step answers. */
export type OutputsOfStep<Step> =
  Step extends Module<infer _Inputs, infer Outputs>
    ? Outputs
    : Step extends (...args: never) => infer Answer
      ? Awaited<Answer> extends object
        ? Mutable<Awaited<Answer>>
        : never
      : never;

/** A step that finds all its inputs among the values; else what it lacks, for the compiler to print. */
export type Fitting<Step, Values extends object> =
  Step extends Module<infer Inputs, infer _Outputs> ? (Values extends Inputs ? Step : Lacking<Inputs, Values>) : Step;

/** What a module takes. */
export type InputsOfStep<Step> = Step extends Module<infer Inputs, infer _Outputs> ? Inputs : never;

/** `Fitting` for each of several. */
export type FittingAll<Steps, Values extends object> = { readonly [Name in keyof Steps]: Fitting<Steps[Name], Values> };

/** Values with a step's outputs over them. */
export type Merged<Values extends object, Outputs extends object> = Simplify<Omit<Values, keyof Outputs> & Outputs>;

/** What steps that run side by side answer together; a name that two of them answer is a mistake, which the compiler prints. */
export type MergedSteps<Steps> = Simplify<UnionToIntersection<OutputsOfEach<Steps>>>;

/** What a choice answers: what both ways answer is there, all else may be. */
export type Either<First extends object, Second extends object> = Simplify<
  { [Name in keyof First & keyof Second]: First[Name] | Second[Name] } & {
    [Name in Exclude<keyof First, keyof Second>]?: First[Name];
  } & { [Name in Exclude<keyof Second, keyof First>]?: Second[Name] }
>;

/** No two steps with an output of one name; else which it is, for the compiler to print. */
export type Apart<Steps> = {
  [Name in keyof Steps]: Clash<Steps, Name> extends never
    ? Steps[Name]
    : `Steps side by side need outputs of different names; \`${Clash<Steps, Name> & string}\` is another's, too.`;
};

/** The inputs of a pipeline from its text, such as `question: str, k: int`. */
export type PipelineInputs<Text extends string> = InputsOf<`${Text} -> ${typeof NO_OUTPUT}`>;

/** Inputs as steps see them: one with a default is there, one that may be null may be absent. */
export type GivenInputs<Inputs> = Simplify<
  { [Name in keyof Inputs as null extends Inputs[Name] ? never : Name]-?: Inputs[Name] } & {
    [Name in keyof Inputs as null extends Inputs[Name] ? Name : never]: Inputs[Name];
  }
>;

/** The text itself where it names inputs, else a sentence that says what is wrong with it. */
export type CheckedInputs<Text extends string> = string extends Text
  ? Text
  : CheckedSignature<`${Text} -> ${typeof NO_OUTPUT}`> extends `${Text} -> ${typeof NO_OUTPUT}`
    ? Text
    : CheckedSignature<`${Text} -> ${typeof NO_OUTPUT}`>;

/** Stands behind the inputs so that a signature's reader reads them. */
export const NO_OUTPUT = "nothing_yet";

type OutputsOfEach<Steps> = { [Name in keyof Steps]: OutputsOfStep<Steps[Name]> }[keyof Steps];

type Clash<Steps, Name extends keyof Steps> = KnownName<OutputsOfStep<Steps[Name]>> &
  { [Other in Exclude<keyof Steps, Name>]: KnownName<OutputsOfStep<Steps[Other]>> }[Exclude<keyof Steps, Name>];

/** Names that the compiler knows; of a record of any names it knows none. */
type KnownName<Outputs> = string extends keyof Outputs ? never : keyof Outputs;

type Lacking<Inputs, Values extends object> = {
  [Name in RequiredName<Inputs>]: Name extends keyof Values
    ? Values[Name] extends Inputs[Name]
      ? never
      : `The step needs \`${Name & string}\` as another type than the values before it have.`
    : `The step needs \`${Name & string}\`, which no input and no step before it gives.`;
}[RequiredName<Inputs>];

type RequiredName<Inputs> = {
  [Name in keyof Inputs]-?: object extends Pick<Inputs, Name> ? never : Name;
}[keyof Inputs];

type Mutable<Type> = Simplify<{ -readonly [Name in keyof Type]: Type[Name] }>;

type UnionToIntersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (
  all: infer Intersection,
) => void
  ? Intersection & object
  : never;
