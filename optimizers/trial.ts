// One evaluated candidate of a study, and how it is asked for.
// Only the shapes.
import type { Dataset, EvaluationReport } from "../evaluate/index.ts";
import type { JsonObject } from "../runtime/base/index.ts";

/** How one candidate is to be evaluated. */
export interface TrialOptions {
  /** Names the trial, from the optimizer's own position, such as `seed -3`. */
  readonly trialId: string;
  /** How the candidate came about; recorded with it. */
  readonly proposal?: JsonObject;
  /** Default: the study's validation set. */
  readonly dataset?: Dataset;
}

/** An evaluated candidate. */
export interface Trial {
  readonly trialId: string;
  /** `report.results.score`: larger is better; null where nothing was scored. */
  readonly score: number | null;
  readonly report: EvaluationReport;
}
