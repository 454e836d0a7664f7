// The flags that set how a run goes, as the runtime's options.
// Knows nothing of programs and data.
import type { EvaluateOptions } from "../index.ts";
import type { FlagValues } from "./flags.ts";

/** The options that evaluation and optimization take alike. */
export function runFlags(
  flags: FlagValues,
): Pick<EvaluateOptions, "window" | "seed" | "exampleTimeoutMs" | "passThreshold" | "compat"> {
  return {
    ...(flags.window === undefined ? {} : { window: flags.window }),
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    ...(flags.timeout === undefined ? {} : { exampleTimeoutMs: flags.timeout }),
    ...(flags["pass-threshold"] === undefined ? {} : { passThreshold: flags["pass-threshold"] }),
    // The one choice that the flag has.
    ...(flags.compat === undefined ? {} : { compat: "dspy-3.3.1" }),
  };
}
