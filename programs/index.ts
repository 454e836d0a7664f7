export {
  type Adapter,
  type Ask,
  type Asks,
  type Conversation,
  type Extraction,
  type FieldValues,
  isAdapter,
  type NativeTools,
  type PreparedAdapter,
  withNativeTools,
  withoutNativeTools,
} from "./adapter.ts";
export type { AnswerReader, FieldSink } from "./answer-reader.ts";
export { asksOnce } from "./asks-once.ts";
export { bamlAdapter } from "./baml-adapter.ts";
export { ChainOfThought, chainOfThought, type Reasoned } from "./chain-of-thought.ts";
export { chatAdapter, chatOnlyAdapter } from "./chat-adapter.ts";
export type { Compat } from "./compat.ts";
export { withModule, withModules, withPredictors } from "./copy.ts";
export type { Audio, Citations, Document, File, History, Image, ToolCalls, ToolDescription } from "./custom-types.ts";
export { holdsKind } from "./custom-types.ts";
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
export { deadlineExceeded, type FieldFailure, type ParseFailure, toolMissing } from "./errors.ts";
export type { ProgramEvent } from "./events.ts";
export { type AnyExample, Example, example } from "./example.ts";
export { executeProgram } from "./execute.ts";
export type { ExecuteOptions } from "./execute-options.ts";
export type { ExtraInput } from "./extra-inputs.ts";
export type { Field, FieldConstraints, FieldOptions } from "./field.ts";
export { type FieldType, typeName } from "./field-type.ts";
export { describeGiven } from "./fits.ts";
export { type BoundSteps, type Outcome, type ProgramBody, program, type Steps } from "./function-program.ts";
export { HostedCall, type HostedDesk } from "./hosted-call.ts";
export { programHostLost } from "./hosted-errors.ts";
export {
  dataSettings,
  type HostedNote,
  type HostedOutcome,
  type HostedRequest,
  type HostedStart,
  packOutputs,
  packReason,
  unpackOutputs,
} from "./hosted-messages.ts";
export { type HostedProgramOptions, hostedProgram, loadHosted } from "./hosted-program.ts";
export { type ProgramSource, programSourceOf } from "./hosted-source.ts";
export { inferPrefix } from "./infer-prefix.ts";
export { jsonAdapter } from "./json-adapter.ts";
export { optionsProblem } from "./known-options.ts";
export type { LmCapabilities } from "./lm-capabilities.ts";
export { type Call, Module, type StepScope } from "./module.ts";
export {
  type AgentInspector,
  type AgentMachine,
  type AgentStep,
  reactMachine,
  reactV2Machine,
} from "./modules/agent-machine.ts";
export { BestOfN, type BestOfNOptions, bestOfN, type Reward } from "./modules/best-of-n.ts";
export {
  type ChainOptions,
  ComparedChains,
  type ComparedChainsOptions,
  comparedChains,
} from "./modules/compared-chains.ts";
export { Ensemble, type EnsembleOptions, ensemble } from "./modules/ensemble.ts";
export { type Embed, Knn, type KnnOptions, knn } from "./modules/knn.ts";
export { type MajorityOptions, majority } from "./modules/majority.ts";
export {
  type Chain,
  type Compared,
  type ComparisonInputs,
  MultiChainComparison,
  type MultiChainComparisonOptions,
  multiChainComparison,
} from "./modules/multi-chain-comparison.ts";
export {
  Parallel,
  type ParallelFailure,
  type ParallelOptions,
  type ParallelOutputs,
  parallel,
} from "./modules/parallel.ts";
export { type AgentInputs, ReAct, type ReactOptions, type ReactOutputs, react } from "./modules/react.ts";
export { ReActV2, type ReactV2Inputs, type ReactV2Options, type ReactV2Outputs, reactV2 } from "./modules/react-v2.ts";
export type { TerminationReason } from "./modules/react-v2-loop.ts";
export { Refine, type RefineOptions, refine } from "./modules/refine.ts";
export { type Assertion, Retry, type RetryOptions, retry, type UnmetAssertion } from "./modules/retry.ts";
export type { Trajectory } from "./modules/trajectory.ts";
export { normalizeText, splitWords } from "./normalized-text.ts";
export type { ProgramObserver, Work, WorkKind } from "./observer.ts";
export { parseValue } from "./parse-value.ts";
export type { WantedField } from "./part-queue.ts";
export type { PartSink, StepComplete, StepFailed, StreamPlace } from "./part-sink.ts";
export { pipe, type Runnable } from "./pipe.ts";
export { type Answered, Pipeline, type PipelineOptions, pipeline, type StageOptions } from "./pipeline.ts";
export { type StepRecord, stepsOf } from "./pipeline-steps.ts";
export { type PlainFields, plainFields } from "./plain-fields.ts";
export type {
  ChatMessage,
  FailedAsk,
  LmCallContext,
  LmCompletion,
  LmListener,
  LmOptions,
  LmPort,
  LmRequest,
  LmResponse,
  LmUsage,
  ModelChoice,
  ProgramWarning,
  RequestUsage,
  RunModule,
  RunTool,
  ToolCallRequest,
  TraceStep,
  UsageSink,
} from "./ports.ts";
export { Predict, type PredictOptions, predict } from "./predict.ts";
export { completionsOf, isPrediction, modelOf, type Prediction, toPrediction, usageOf } from "./prediction.ts";
export { type PlacedModule, type PlacedPredictor, type PreparedProgram, prepareProgram } from "./prepare.ts";
export type { ProgramPorts, RunHosted } from "./program-ports.ts";
export { ProgramStream, type StreamOptions } from "./program-stream.ts";
export { float, int, type PythonValue, Sequence, toPlain } from "./python/values.ts";
export { PythonModule, type PythonOptions, python } from "./python-module.ts";
export {
  PythonRetriever,
  type PythonRetrieverOptions,
  pythonRetriever,
  type Retrieved,
  type RetrieverInputs,
} from "./python-retriever.ts";
export { pythonStateText } from "./python-state.ts";
export { pythonSignature } from "./python-types.ts";
export type { RemoteContext, RemotePort, RemotePredictor, RemoteRequest, RouteReport } from "./remote-port.ts";
export { toRemote } from "./remote-values.ts";
export { Routed } from "./routed-module.ts";
export { createRouter, type RouteOptions, Router, type RouterOptions } from "./router.ts";
export {
  decideRoute,
  type Implementation,
  type OperationRecord,
  type Preference,
  type RouteDecision,
  type RouteQuestion,
  type RouteSide,
  type RouteStrategy,
  type SideRecord,
  type SideVerdict,
} from "./router-decision.ts";
export type { NativeEntry, PythonEntry, RouteGiven, RouteRegistry } from "./router-registry.ts";
export { STRATEGIES, type StrategyName } from "./router-strategies.ts";
export { invokeTool } from "./run-tool.ts";
export {
  hydratePython,
  programStateText,
  readPythonState,
  type SavedProgramInfo,
  type SaveOptions,
  savedProgramInfo,
  savedProgramText,
  withSavedProgram,
} from "./saved-program.ts";
export { type CallToolThere, serveHosted, takeNotes } from "./serve-hosted.ts";
export type { ProgramSettings } from "./settings.ts";
export { Signature, type SignatureOptions, signature } from "./signature.ts";
export type { FieldParts, FieldSaid, SideParts, SignatureParts } from "./signature-part-types.ts";
export { signatureOf } from "./signature-parts.ts";
export type { SignatureState } from "./signature-state.ts";
export { readTypeText } from "./signature-text.ts";
export type { TypeOf } from "./signature-type-text.ts";
export type { InputsOf, OutputsOf } from "./signature-types.ts";
export type { SchemaIssue, SchemaResult, StandardSchema } from "./standard-schema.ts";
export {
  type LoadStateOptions,
  type PredictorState,
  type ProgramState,
  programHash,
  programState,
  withProgramState,
} from "./state.ts";
export type { StatusMessages } from "./status-messages.ts";
export { checkWantedFields } from "./stream-fields.ts";
export type {
  AnswerRestarted,
  FieldComplete,
  FieldDelta,
  FieldInvalid,
  PredictionPart,
  StatusPart,
  StreamPart,
} from "./stream-part.ts";
export { streamPorts } from "./stream-ports.ts";
export { type StreamProgramOptions, streamProgram } from "./stream-program.ts";
export { Template, template } from "./template.ts";
export type { RenderLimits } from "./template-render.ts";
export type { TemplateContext } from "./template-types.ts";
export { toPython } from "./to-python.ts";
export { Tool, type ToolContext, type ToolOptions, tool } from "./tool.ts";
export type { ArgumentsOf, ToolParameters } from "./tool-schema.ts";
export { TraceLog } from "./trace-log.ts";
export { type TwoStepOptions, twoStepAdapter } from "./two-step-adapter.ts";
export { type ModelUsage, type UsageByModel, UsageTracker } from "./usage.ts";
export {
  type CompiledSignature,
  compileSignature,
  type Validation,
  type ValidationProblem,
  validate,
} from "./validate.ts";
export { xmlAdapter } from "./xml-adapter.ts";
