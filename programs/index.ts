export {
  type Adapter,
  type Ask,
  type Asks,
  type Extraction,
  type FieldValues,
  type NativeTools,
  type PreparedAdapter,
  withNativeTools,
  withoutNativeTools,
} from "./adapter.ts";
export { bamlAdapter } from "./baml-adapter.ts";
export { ChainOfThought, chainOfThought, type Reasoned } from "./chain-of-thought.ts";
export { chatAdapter, chatOnlyAdapter } from "./chat-adapter.ts";
export type { Compat } from "./compat.ts";
export { withPredictors } from "./copy.ts";
export type { Audio, Citations, Document, File, History, Image, ToolCalls, ToolDescription } from "./custom-types.ts";
export {
  type DeclaredTypes,
  type EnumDeclaration,
  enumOf,
  type ModelDeclaration,
  type ModelFieldOptions,
  type ModelFields,
  model,
  namedTypes,
} from "./declared-types.ts";
export { type Demo, demoValues } from "./demo.ts";
export type { FieldFailure, ParseFailure } from "./errors.ts";
export type { ProgramEvent } from "./events.ts";
export { type AnyExample, Example, example } from "./example.ts";
export { type ExecuteOptions, executeProgram } from "./execute.ts";
export type { Field, FieldConstraints, FieldOptions } from "./field.ts";
export { type FieldType, typeName } from "./field-type.ts";
export { type BoundSteps, type ProgramBody, program, type Steps } from "./function-program.ts";
export { inferPrefix } from "./infer-prefix.ts";
export { jsonAdapter } from "./json-adapter.ts";
export type { LmCapabilities } from "./lm-capabilities.ts";
export { type Call, Module } from "./module.ts";
export { parseValue } from "./parse-value.ts";
export type {
  ChatMessage,
  FailedAsk,
  LmCallContext,
  LmCompletion,
  LmOptions,
  LmPort,
  LmRequest,
  LmResponse,
  LmUsage,
  ProgramPorts,
  ProgramWarning,
  RunModule,
  TraceStep,
} from "./ports.ts";
export { Predict, type PredictOptions, predict } from "./predict.ts";
export { completionsOf, isPrediction, modelOf, type Prediction, toPrediction, usageOf } from "./prediction.ts";
export { type PlacedModule, type PlacedPredictor, type PreparedProgram, prepareProgram } from "./prepare.ts";
export { float, int, type PythonValue, Sequence, toPlain } from "./python/values.ts";
export type { ProgramSettings } from "./settings.ts";
export { Signature, type SignatureOptions, type SignatureState, signature } from "./signature.ts";
export { readTypeText } from "./signature-text.ts";
export type { InputsOf, OutputsOf, TypeOf } from "./signature-types.ts";
export { type PredictorState, type ProgramState, programHash, programState, withProgramState } from "./state.ts";
export { type TwoStepOptions, twoStepAdapter } from "./two-step-adapter.ts";
export { xmlAdapter } from "./xml-adapter.ts";
