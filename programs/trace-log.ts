// The steps of a run as they are kept: the last of them, so that a run without end does not hold all it ever did.
// Knows nothing of what they are kept for.
import type { TraceStep } from "./ports.ts";

/** As DSPy's `max_trace_size`. */
const MOST_STEPS = 10_000;

/** Keeps a run's last steps. */
export class TraceLog {
  readonly #most: number;
  #steps: TraceStep[] = [];

  /** `most`: how many steps are kept. Default 10,000. */
  constructor(most = MOST_STEPS) {
    this.#most = most;
  }

  /** Keeps a step, and lets go of the one that is the most steps ago. */
  readonly add = (step: TraceStep): void => {
    this.#steps.push(step);
    // Cut at twice the size: a list that is cut for each step would be copied for each step.
    if (this.#steps.length > 2 * this.#most) this.#steps = this.steps;
  };

  /** The steps that are kept, in the order in which they ended. */
  get steps(): TraceStep[] {
    return this.#steps.slice(Math.max(0, this.#steps.length - this.#most));
  }
}
