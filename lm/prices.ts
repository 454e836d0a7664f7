// What a call costs. A price that is not known is "unknown", never 0.
// Knows nothing of where prices come from.
import { FREE_PROVIDERS, type ModelPrice, PRICES } from "./price-table.ts";
import type { LmUsage } from "./request.ts";

/** US dollars, or `unknown` where the model or its usage is not known. */
export type Cost = number | "unknown";

const FREE: ModelPrice = { inputPerMillion: 0, outputPerMillion: 0 };

// A dated snapshot costs what its family costs: gpt-4o-mini-2024-07-18.
const SNAPSHOT = /-\d{4}-\d{2}-\d{2}$/;

/**
 * The price of a model given as `provider/model`, or `unknown`.
 *
 * `own` is looked at first; local providers are free.
 */
export function priceOf(model: string, own: Readonly<Record<string, ModelPrice>> = {}): ModelPrice | "unknown" {
  if (Object.hasOwn(own, model)) return own[model] ?? "unknown";
  const slash = model.indexOf("/");
  if (slash === -1) return "unknown";
  const provider = model.slice(0, slash);
  if (FREE_PROVIDERS.includes(provider)) return FREE;
  const prices = Object.hasOwn(PRICES, provider) ? PRICES[provider] : undefined;
  if (prices === undefined) return "unknown";
  const name = model.slice(slash + 1);
  for (const candidate of [name, name.replace(SNAPSHOT, "")]) {
    if (Object.hasOwn(prices, candidate)) return prices[candidate] ?? "unknown";
  }
  return "unknown";
}

/** What a usage costs at a price. Free stays free without a usage; anything else without one is unknown. */
export function costOf(price: ModelPrice | "unknown", usage: LmUsage | undefined): Cost {
  if (price === "unknown") return "unknown";
  if (price.inputPerMillion === 0 && price.outputPerMillion === 0) return 0;
  if (usage === undefined) return "unknown";
  const cached = Math.min(usage.cachedInputTokens ?? 0, usage.inputTokens);
  const cachedPrice = price.cachedInputPerMillion ?? price.inputPerMillion;
  const input = (usage.inputTokens - cached) * price.inputPerMillion + cached * cachedPrice;
  return (input + usage.outputTokens * price.outputPerMillion) / 1_000_000;
}
