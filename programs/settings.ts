// What holds for every predictor of one run.
// Knows nothing of ports or of the program that runs.
import type { Adapter } from "./adapter.ts";
import type { Compat } from "./compat.ts";
import type { ExtraInput } from "./extra-inputs.ts";
import type { LmCapabilities } from "./lm-capabilities.ts";
import type { ProgramObserver } from "./observer.ts";
import type { LmOptions, ModelChoice, UsageSink } from "./ports.ts";

/** Settings of one run of a program. */
export interface ProgramSettings {
  /** Behave as this DSPy release does where dspex would do better. Default: dspex's own behaviour. */
  readonly compat?: Compat;
  /** Writes prompts and reads answers. Default: the chat adapter. */
  readonly adapter?: Adapter;
  /** Goes over each predictor's own options, key by key. */
  readonly lm?: LmOptions;
  /** Goes under each predictor's own options, key by key. */
  readonly lmBase?: LmOptions;
  /** Which model answers, in place of the run's own. */
  readonly model?: ModelChoice;
  /** What the model itself will use where a request is silent. Decides only whether `n > 1` needs a temperature. */
  readonly lmDefaults?: LmOptions;
  /** What the model can do beyond answering text. Default: what is known of the model that answers; of a port of your own, nothing. */
  readonly lmCapabilities?: LmCapabilities;
  /** Goes over each predictor's own rollout id. */
  readonly rolloutId?: number;
  /** How many steps the traces of this run keep, which metrics and optimizers are given: the last ones. Default 10,000. */
  readonly maxTraceSteps?: number;
  /** Adds up what requests cost, beside whoever else does. */
  readonly usage?: UsageSink;
  /** Hears what happens, beside whoever else does. */
  readonly observer?: ProgramObserver;
  /** Further inputs of single predictors, by path: what an earlier attempt taught. Traces do not tell of them. */
  readonly extraInputs?: Readonly<Record<string, readonly ExtraInput[]>>;
}
