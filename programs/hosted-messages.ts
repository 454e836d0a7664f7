// What a module in a thread and the run it belongs to say to each other: plain data throughout.
// Knows nothing of how it is carried.
import type { JsonObject } from "../runtime/base/index.ts";
import { plainFields } from "./plain-fields.ts";
import type { LmRequest, LmUsage, ProgramWarning, TraceStep } from "./ports.ts";
import { completionsOf, isPrediction, modelOf, predictionOf, toPrediction, usageOf } from "./prediction.ts";
import type { RouteReport } from "./remote-port.ts";
import type { ProgramSettings } from "./settings.ts";

/** What a module's call says of itself, as it crosses to the thread. */
export interface HostedStart {
  readonly path: string;
  readonly inputs: object;
  /** What of the settings is data. */
  readonly settings: ProgramSettings;
  readonly deadlineAt: number | undefined;
  /** The run's clock when it was sent. */
  readonly now: number;
}

/** What the module asks of the run. */
export type HostedRequest =
  | {
      readonly type: "run-step";
      /** Below the hosted module. */
      readonly path: string;
      readonly inputs: object;
      readonly settings: ProgramSettings | undefined;
      readonly timeoutMs: number | undefined;
      readonly isTraced: boolean;
    }
  | { readonly type: "complete"; readonly request: LmRequest }
  | { readonly type: "call-tool"; readonly toolName: string; readonly toolCall: number; readonly args: JsonObject };

/** What the module makes known; goes along with its next request, or with its outcome, so that the order is kept. */
export type HostedNote =
  | { readonly type: "trace"; readonly step: TraceStep }
  | { readonly type: "warn"; readonly warning: ProgramWarning }
  | { readonly type: "report"; readonly report: RouteReport };

/** What came of a request, or of the module's call. */
export type HostedOutcome =
  | { readonly value: unknown; readonly trace?: readonly TraceStep[] }
  | { readonly error: unknown; readonly trace?: readonly TraceStep[] };

/** The outputs of a module, and what came with them, as plain data. */
interface PackedOutputs {
  readonly outputs: unknown;
  readonly completions?: readonly object[];
  readonly usage?: LmUsage | undefined;
  readonly model?: string | undefined;
}

/** Makes plain data of what a module answers, whatever that is. */
export function packOutputs(outputs: unknown): unknown {
  const packed: PackedOutputs = { outputs: isFields(outputs) ? plainFields(outputs) : outputs };
  if (!isPrediction(outputs)) return packed;
  const completions = completionsOf(outputs).map(plainFields);
  return { ...packed, completions, usage: usageOf(outputs), model: modelOf(outputs) };
}

/** What the module answered, from what {@link packOutputs} made. */
export function unpackOutputs(packed: unknown): object {
  // Only packOutputs makes what stands here.
  const { outputs, completions, usage, model } = packed as PackedOutputs;
  // What is no object of outputs is for the run to refuse, in its words.
  if (!isFields(outputs)) return outputs as object;
  if (completions === undefined) return outputs;
  return usage === undefined && model === undefined && completions.length === 1
    ? toPrediction(outputs)
    : predictionOf(outputs, completions, usage, model);
}

/** Why something was called off, as far as it can cross. */
export function packReason(reason: unknown): unknown {
  return reason instanceof Error ? reason : String(reason);
}

/** A step of a trace as plain data. */
export function packStep(step: TraceStep): TraceStep {
  return { ...step, inputs: plainFields(step.inputs), outputs: plainFields(step.outputs) };
}

function isFields(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What of the settings is data: adapters, sinks and listeners stay with the run, which is where they are used. */
export function dataSettings(settings: ProgramSettings): ProgramSettings {
  const { compat, lm, lmBase, model, lmDefaults, lmCapabilities, rolloutId } = settings;
  return {
    ...(compat === undefined ? {} : { compat }),
    ...(lm === undefined ? {} : { lm }),
    ...(lmBase === undefined ? {} : { lmBase }),
    ...(lmDefaults === undefined ? {} : { lmDefaults }),
    ...(lmCapabilities === undefined ? {} : { lmCapabilities }),
    ...(rolloutId === undefined ? {} : { rolloutId }),
    // A provider's own object stays: a step is asked of the run's model unless told otherwise.
    ...(typeof model === "string" ? { model } : {}),
  };
}
