// Tells the programs whose work is one request to a model and the reading of its answer.
// Knows nothing of who runs them.
import { ChainOfThought } from "./chain-of-thought.ts";
import { programSourceOf } from "./hosted-source.ts";
import type { Module } from "./module.ts";
import { Predict } from "./predict.ts";

/**
 * Whether a program asks a model once and runs nobody's code but ours: a predictor, or one that reasons first, in this thread.
 *
 * An adapter may ask once more where an answer cannot be read, so that it is no promise.
 */
export function asksOnce(program: Module): boolean {
  // Classes derived from these may do anything.
  const isOurs = program.constructor === Predict || program.constructor === ChainOfThought;
  return isOurs && programSourceOf(program) === undefined;
}
