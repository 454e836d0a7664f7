// One of several attempts of a module at the same inputs: warm, under a rollout id of its own, its trace kept apart.
// Knows nothing of why there are several.
import type { Call, Module } from "../module.ts";
import type { TraceStep } from "../ports.ts";
import type { Prediction } from "../prediction.ts";
import type { ProgramSettings } from "../settings.ts";
import { TraceLog } from "../trace-log.ts";

/** What an attempt came to. */
export interface Attempt<Outputs extends object> {
  readonly prediction: Prediction<Outputs>;
  readonly trace: readonly TraceStep[];
}

/** What an attempt differs in from the call that makes it. */
export interface AttemptScope {
  readonly settings: ProgramSettings;
  readonly signal?: AbortSignal;
}

/** Makes one attempt. */
export async function attempt<Inputs extends object, Outputs extends object>(
  call: Call,
  module: Module<Inputs, Outputs>,
  inputs: Inputs,
  { settings, signal }: AttemptScope,
): Promise<Attempt<Outputs>> {
  const trace = new TraceLog(settings.maxTraceSteps ?? call.settings.maxTraceSteps);
  const prediction = await call.run(module, inputs, {
    settings,
    trace: trace.add,
    ...(signal === undefined ? {} : { signal }),
  });
  return { prediction, trace: trace.steps };
}

/** The settings of attempt `index` of `count`: sampled at a temperature, unless a predictor has its own, and told apart from every other attempt. */
export function sampledApart({ settings }: Call, index: number, count: number, temperature = 1): ProgramSettings {
  const { lm, lmBase, compat } = settings;
  const start = settings.rolloutId ?? 0;
  // In DSPy the second attempt of one run and the first of the next share an id, and so an answer.
  const rolloutId = compat === undefined ? start * count + index : start + index;
  const base = { lmBase: { ...lmBase, temperature }, rolloutId };
  if (lm?.temperature === undefined) return base;
  const { temperature: _, ...others } = lm;
  return { ...base, lm: others };
}
