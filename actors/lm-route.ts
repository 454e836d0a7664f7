// Which language model serves a program, and the way to its pool: one supervised pool per provider and model.
// Knows nothing of prompts or records.
import type { LmOutcome, LmProvider, NamedRequest } from "../lm/index.ts";
import type { LmCallContext, LmCapabilities, LmRequest, ModelChoice } from "../programs/index.ts";
import type { CallKeyPlace } from "./call-key.ts";

/** What a pool answers. */
export type LmAnswer = LmOutcome;

/** The way to one model. */
export interface LmRoute {
  readonly provider: LmProvider;
  /** `provider/model`. */
  readonly lmName: string;
  /** The request's identity with this provider, and the text that it is the hash of. */
  identify(request: LmRequest): NamedRequest;
  /** The route to another model. Rejects as `LmRoutes.to` does. */
  other(model: ModelChoice): Promise<LmRoute>;
  /** Asks the pool. The key of `place` is sent along where the runtime was set up to send it. */
  complete(request: LmRequest, identity: string, context: LmCallContext, place?: CallKeyPlace): Promise<LmAnswer>;
}

/** The ways to all models of one runtime. */
export interface LmRoutes {
  /**
   * The route to a model; its pool is started with the first.
   *
   * Rejects with LM_NOT_CONFIGURED where neither `lm` nor the runtime names one, LM_PROVIDER_UNKNOWN, LM_KEY_MISSING.
   */
  to(lm: string | LmProvider | undefined): Promise<LmRoute>;
  /** What a model can do, as its provider says. Nothing of one that there is no way to: whoever asks it hears why. */
  capabilitiesOf(model: ModelChoice | undefined): LmCapabilities;
}
