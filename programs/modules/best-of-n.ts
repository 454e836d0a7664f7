// Makes several attempts and answers the best.
// Knows nothing of what makes one better than another: that it is told.
import { type Call, Module } from "../module.ts";
import type { Prediction } from "../prediction.ts";
import { type Attempt, attempt, sampledApart } from "./attempt.ts";
import { atLeastOne, rewardInvalid } from "./module-errors.ts";
import { windowed } from "./windowed.ts";

/** Says how good a prediction is. */
export type Reward<Inputs extends object, Outputs extends object> = (
  inputs: Inputs,
  prediction: Prediction<Outputs>,
) => number | Promise<number>;

/** How attempts are made and judged. */
export interface BestOfNOptions<Inputs extends object, Outputs extends object> {
  /** How many attempts at most. */
  readonly n: number;
  readonly reward: Reward<Inputs, Outputs>;
  /** An attempt worth this much is taken, and those behind it are called off. Default: all attempts are made. */
  readonly threshold?: number;
  /** How many attempts may fail before the module does. Default: all but one. */
  readonly maxFailures?: number;
  /** How many attempts are made at once; 1 spends least. The outcome is the same. Default: all; one under `compat`. */
  readonly concurrency?: number;
}

/** Runs a module several times and answers the attempt with the highest reward. */
export class BestOfN<Inputs extends object = object, Outputs extends object = object> extends Module<Inputs, Outputs> {
  readonly module: Module<Inputs, Outputs>;
  readonly options: BestOfNOptions<Inputs, Outputs>;

  constructor(module: Module<Inputs, Outputs>, options: BestOfNOptions<Inputs, Outputs>) {
    super();
    atLeastOne("bestOfN", "n", options.n);
    if (options.concurrency !== undefined) atLeastOne("bestOfN", "concurrency", options.concurrency);
    this.module = module;
    this.options = Object.freeze({ ...options });
  }

  override get inputNames(): readonly string[] | undefined {
    return this.module.inputNames;
  }

  override async forward(inputs: Inputs, call: Call): Promise<Outputs> {
    const { n, concurrency = call.settings.compat === undefined ? n : 1 } = this.options;
    const contest = new Contest(this.options, call);
    await windowed(n, concurrency, async (index) => {
      if (contest.isOver(index)) return;
      const signal = contest.enter(index);
      try {
        const made = await attempt(call, this.module, inputs, { settings: sampledApart(call, index, n), signal });
        contest.score(index, made, await this.options.reward(inputs, made.prediction));
      } catch (error) {
        if (call.signal.aborted) throw error;
        contest.fail(index, error);
      }
    });
    const { prediction, trace } = contest.best();
    for (const step of trace) call.trace(step);
    // A prediction has the outputs as its own properties.
    return prediction as Outputs;
  }
}

/** Makes a module that makes several attempts: `bestOfN(qa, { n: 3, reward: (_, { answer }) => (answer.length < 20 ? 1 : 0), threshold: 1 })`. */
export function bestOfN<Inputs extends object, Outputs extends object>(
  module: Module<Inputs, Outputs>,
  options: BestOfNOptions<NoInfer<Inputs>, NoInfer<Outputs>>,
): BestOfN<Inputs, Outputs> {
  return new BestOfN(module, options);
}

type Scored<Outputs extends object> = { readonly made: Attempt<Outputs>; readonly reward: number };
type Outcome<Outputs extends object> = Scored<Outputs> | { readonly error: unknown };

/** The attempts of one call. They count in the order of their numbers, whichever ends first, so that what comes out does not depend on who is quick. */
class Contest<Inputs extends object, Outputs extends object> {
  readonly #threshold: number;
  readonly #maxFailures: number;
  readonly #isDspy: boolean;
  readonly #running = new Map<number, AbortController>();
  readonly #outcomes = new Map<number, Outcome<Outputs>>();
  /** The last attempt that counts. */
  #last: number;
  #failure: { readonly error: unknown } | undefined;

  constructor({ n, threshold, maxFailures }: BestOfNOptions<Inputs, Outputs>, call: Call) {
    this.#threshold = threshold ?? Number.POSITIVE_INFINITY;
    this.#isDspy = call.settings.compat !== undefined;
    this.#maxFailures = maxFailures ?? (this.#isDspy ? n : n - 1);
    this.#last = n - 1;
  }

  isOver(index: number): boolean {
    return index > this.#last || this.#failure !== undefined;
  }

  enter(index: number): AbortSignal {
    const controller = new AbortController();
    this.#running.set(index, controller);
    return controller.signal;
  }

  score(index: number, made: Attempt<Outputs>, reward: number): void {
    if (Number.isNaN(reward)) throw rewardInvalid();
    this.#settle(index, { made, reward });
  }

  fail(index: number, error: unknown): void {
    this.#settle(index, { error });
  }

  best(): Attempt<Outputs> {
    if (this.#failure !== undefined) throw this.#failure.error;
    let best: Scored<Outputs> | undefined;
    let failure: unknown;
    for (let index = 0; index <= this.#last; index++) {
      const outcome = this.#outcomes.get(index);
      if (outcome === undefined) continue;
      if ("error" in outcome) failure = outcome.error;
      else if (best === undefined || outcome.reward > best.reward) best = outcome;
    }
    if (best === undefined) throw failure;
    return best.made;
  }

  #settle(index: number, outcome: Outcome<Outputs>): void {
    this.#running.delete(index);
    if (this.isOver(index)) return;
    this.#outcomes.set(index, outcome);
    if ("reward" in outcome && outcome.reward >= this.#threshold) this.#last = index;
    this.#failure = this.#failureSoFar();
    for (const [other, controller] of this.#running) {
      if (this.isOver(other)) controller.abort("another attempt was good enough, or too many failed");
    }
  }

  /** What the module fails with, once every attempt before it has ended. */
  #failureSoFar(): { readonly error: unknown } | undefined {
    let failures = 0;
    for (let index = 0; index <= this.#last; index++) {
      const outcome = this.#outcomes.get(index);
      if (outcome === undefined) return undefined;
      if (!("error" in outcome)) continue;
      failures++;
      // DSPy holds the attempt's number against what is left of its budget.
      if (this.#isDspy ? index > this.#maxFailures - failures + 1 : failures > this.#maxFailures) return outcome;
    }
    return undefined;
  }
}
