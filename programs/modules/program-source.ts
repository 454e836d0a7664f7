// A program's own source, for a model to read.
// Knows nothing of what is made of it.
import { ChainOfThought } from "../chain-of-thought.ts";
import { bodySource } from "../function-program.ts";
import type { Module } from "../module.ts";
import { Predict } from "../predict.ts";

/** The class or the function that a program consists of; a ready-made module as the call that makes it. */
export function programSource(module: Module): string {
  if (module instanceof Predict) return `predict(${JSON.stringify(module.signature.toString())})`;
  if (module instanceof ChainOfThought) {
    return `chainOfThought(${JSON.stringify(module.predict.signature.delete("reasoning").toString())})`;
  }
  return bodySource(module) ?? Function.prototype.toString.call(module.constructor);
}
