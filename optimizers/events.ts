// Every event of an optimizer's study: one closed union. The study's owner emits them.
// Knows nothing of the bus. No event carries a demonstration, an instruction or a prompt.
import type { EventOf } from "../runtime/base/index.ts";

/** What every event of one study says. */
export type AboutStudy = {
  readonly runId: string;
  readonly optimizer: string;
};

type Measures = Readonly<Record<string, number>>;

/** The optimizers' events; `docs/reference/events/optimizers.md` has a row for each. */
export type OptimizerEvent =
  | EventOf<
      "optimizer.study.started",
      { readonly trainExamples: number; readonly validationExamples: number; readonly seed: number },
      AboutStudy & { readonly programName: string }
    >
  | EventOf<
      "optimizer.study.stopped",
      {
        readonly durationMs: number;
        readonly trials: number;
        /** Of the best candidate; absent where the optimizer evaluates nothing. */
        readonly bestScore?: number;
      } & Measures,
      AboutStudy & { readonly bestTrialId?: string }
    >
  | EventOf<"optimizer.study.failed", { readonly durationMs: number }, AboutStudy & { readonly code: string }>
  | EventOf<"optimizer.trial.started", { readonly examples: number }, AboutStudy & { readonly trialId: string }>
  | EventOf<
      "optimizer.trial.stopped",
      {
        readonly durationMs: number;
        readonly failed: number;
        /** Absent where nothing was scored. */
        readonly score?: number;
      } & Measures,
      AboutStudy & { readonly trialId: string; readonly from: "run" | "record" }
    >
  | EventOf<
      "optimizer.trial.failed",
      { readonly durationMs: number },
      AboutStudy & { readonly trialId: string; readonly code: string }
    >
  | EventOf<
      "optimizer.demonstration.stopped",
      { readonly durationMs: number } & Measures,
      AboutStudy & { readonly slot: string; readonly status: "done" | "failed" }
    >
  | EventOf<
      "optimizer.decision.recorded",
      { readonly ordinal: number },
      AboutStudy & { readonly decisionKind: string; readonly trialId?: string }
    >;
