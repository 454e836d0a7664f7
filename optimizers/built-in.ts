// dspex's own optimizers by the names they have in records and on the command line.
// Knows nothing of who asks.
import type { JsonObject } from "../runtime/base/index.ts";
import { bootstrapFewShot } from "./bootstrap-few-shot.ts";
import { labeledFewShot } from "./labeled-few-shot.ts";
import { pythonOptimizerFrom } from "./python-optimizer.ts";
import { bootstrapFewShotWithRandomSearch } from "./random-search.ts";
import type { Optimizer } from "./study.ts";

const factories: Readonly<Record<string, (options: JsonObject) => Optimizer>> = {
  // Each factory checks every option by name and value before it uses any, so JSON may be handed to it as it is.
  "bootstrap-few-shot": (options) => bootstrapFewShot(options as object),
  "bootstrap-few-shot-with-random-search": (options) => bootstrapFewShotWithRandomSearch(options as object),
  "labeled-few-shot": (options) => labeledFewShot(options as object),
};

/** The names `optimizerFrom` knows. */
export const builtInOptimizers: readonly string[] = Object.keys(factories);

/**
 * Makes one of dspex's own optimizers, or one that runs in Python, of its name and its options as a record keeps them; undefined for any other.
 *
 * @throws OPTIMIZER_OPTION_UNKNOWN, OPTIMIZER_OPTION_INVALID, also for an option that no record can hold, such as a metric of its own.
 */
export function optimizerFrom(optimizerName: string, options: JsonObject): Optimizer | undefined {
  const factory = Object.hasOwn(factories, optimizerName) ? factories[optimizerName] : undefined;
  return factory === undefined ? pythonOptimizerFrom(optimizerName, options) : factory(options);
}
