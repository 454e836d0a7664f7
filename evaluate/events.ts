// Every event of an evaluation: one closed union. The harness emits them.
// Knows nothing of the bus. No event carries a prediction or a prompt.
import type { EventOf } from "../runtime/base/index.ts";

/** What every event of one evaluation run says. */
export type AboutEvaluation = {
  readonly runId: string;
  /** `evaluation` outside an optimizer's study. */
  readonly trialId: string;
};

type Measures = Readonly<Record<string, number>>;

/** The evaluation's events; `docs/reference/events/evaluate.md` has a row for each. */
export type EvaluationEvent =
  | EventOf<
      "evaluation.run.started",
      { readonly planned: number; readonly recorded: number; readonly window: number },
      AboutEvaluation & { readonly dataset: string; readonly metrics: readonly string[] }
    >
  | EventOf<
      "evaluation.run.stopped",
      {
        readonly durationMs: number;
        readonly scored: number;
        readonly unscored: number;
        readonly failed: number;
        readonly missing: number;
        readonly lmCalls: number;
        /** Absent where nothing was scored. */
        readonly score?: number;
        /** Absent where it is unknown. */
        readonly costUsd?: number;
      } & Measures,
      AboutEvaluation & { readonly status: "complete" | "stopped" | "cancelled"; readonly reason?: string }
    >
  | EventOf<"evaluation.run.failed", { readonly durationMs: number }, AboutEvaluation & { readonly code: string }>
  | EventOf<
      "evaluation.example.started",
      Readonly<Record<never, never>>,
      AboutEvaluation & { readonly exampleId: string }
    >
  | EventOf<
      "evaluation.example.stopped",
      {
        readonly durationMs: number;
        readonly lmCalls: number;
        /** Of the primary metric; absent where it abstained. */
        readonly score?: number;
      } & Measures,
      AboutEvaluation & { readonly exampleId: string; readonly status: "scored" | "unscored" }
    >
  | EventOf<
      "evaluation.example.failed",
      { readonly durationMs: number; readonly lmCalls: number },
      AboutEvaluation & { readonly exampleId: string; readonly code: string }
    >;
