// What a recorded study is made of, and how its events reach the bus.
// Knows nothing of how a study works.
import type { Dataset } from "../evaluate/index.ts";
import type { OptimizerEvent } from "../optimizers/index.ts";
import type { Module } from "../programs/index.ts";
import type { EventBus, EventNamed } from "../runtime/index.ts";
import type { EvaluationRules } from "./evaluation-task.ts";

/** What a study is made of. */
export interface StudyParts {
  readonly rules: EvaluationRules;
  readonly programName: string;
  readonly optimizerName: string;
  readonly student: Module;
  readonly teacher?: Module;
  readonly trainset: Dataset;
  readonly valset: Dataset;
  readonly parallelTrials: number;
}

/** Publishes one of a study's events, made only if somebody listens. */
export function emitOptimizerEvent<Type extends OptimizerEvent["type"]>(
  bus: Pick<EventBus<OptimizerEvent>, "emitLazy">,
  runId: string,
  type: Type,
  content: () => Pick<EventNamed<OptimizerEvent, Type>, "measures" | "about">,
): void {
  bus.emitLazy(type, "study", content, { spanId: runId });
}
