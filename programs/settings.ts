// What holds for every predictor of one run.
// Knows nothing of ports or of the program that runs.
import type { Adapter } from "./adapter.ts";
import type { Compat } from "./compat.ts";
import type { LmCapabilities } from "./lm-capabilities.ts";
import type { LmOptions } from "./ports.ts";

/** Settings of one run of a program. */
export interface ProgramSettings {
  /** Behave as this DSPy release does where dspex would do better. Default: dspex's own behaviour. */
  readonly compat?: Compat;
  /** Writes prompts and reads answers. Default: the chat adapter. */
  readonly adapter?: Adapter;
  /** Goes over each predictor's own options, key by key. */
  readonly lm?: LmOptions;
  /** What the model itself will use where a request is silent. Decides only whether `n > 1` needs a temperature. */
  readonly lmDefaults?: LmOptions;
  /** What the model can do beyond answering text. Default: nothing. */
  readonly lmCapabilities?: LmCapabilities;
  /** Goes over each predictor's own rollout id. */
  readonly rolloutId?: number;
}
