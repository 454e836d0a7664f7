// What language models cost, added up by model: over one run, or over whatever shares a tracker.
// Knows nothing of prices; whoever answered says what it cost.
import type { RequestUsage } from "./ports.ts";

/** What the requests to one model came to. */
export interface ModelUsage {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the input tokens, those the provider had cached. */
  readonly cachedInputTokens: number;
  /** `unknown` where the price of one of them is. */
  readonly costUsd: number | "unknown";
}

/** By model, as `provider/model` where a runtime asks and as the provider names it elsewhere. */
export type UsageByModel = Readonly<Record<string, ModelUsage>>;

/** Adds up what requests cost. An answer from a cache costs nothing and is not counted. */
export class UsageTracker {
  readonly #models = new Map<string, ModelUsage>();

  /** The sums so far. */
  get byModel(): UsageByModel {
    return Object.fromEntries(this.#models);
  }

  /** Adds one request. Told by whoever answers. */
  add({ model, usage, costUsd }: RequestUsage): void {
    const sum = this.#models.get(model) ?? NOTHING;
    this.#models.set(model, {
      requests: sum.requests + 1,
      inputTokens: sum.inputTokens + (usage?.inputTokens ?? 0),
      outputTokens: sum.outputTokens + (usage?.outputTokens ?? 0),
      cachedInputTokens: sum.cachedInputTokens + (usage?.cachedInputTokens ?? 0),
      costUsd: sum.costUsd === "unknown" || costUsd === "unknown" ? "unknown" : sum.costUsd + costUsd,
    });
  }
}

const NOTHING: ModelUsage = { requests: 0, inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, costUsd: 0 };
