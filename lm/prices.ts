// What a call costs. A price that is not known is "unknown", never 0.
// Knows nothing of where prices come from.
import { FREE_PROVIDERS, type ModelPrice, PRICES, SNAPSHOTS } from "./price-table.ts";
import type { LmUsage } from "./request.ts";

/** US dollars, or `unknown` where the model or its usage is not known. */
export type Cost = number | "unknown";

const FREE: ModelPrice = { inputPerMillion: 0, outputPerMillion: 0 };

/**
 * The price of a model given as `provider/model`, or `unknown`.
 *
 * `own` is looked at first; local providers are free. A dated snapshot has its family's price only where it is known to cost the same.
 */
export function priceOf(model: string, own: Readonly<Record<string, ModelPrice>> = {}): ModelPrice | "unknown" {
  if (Object.hasOwn(own, model)) return own[model] ?? "unknown";
  const slash = model.indexOf("/");
  if (slash === -1) return "unknown";
  const provider = model.slice(0, slash);
  if (FREE_PROVIDERS.includes(provider)) return FREE;
  const name = model.slice(slash + 1);
  return ownEntry(PRICES, provider, ownEntry(SNAPSHOTS, provider, name) ?? name) ?? "unknown";
}

/** What a table says of a provider's model. Names come from callers: `constructor` is none of ours. */
function ownEntry<Entry>(
  table: Readonly<Record<string, Readonly<Record<string, Entry>>>>,
  provider: string,
  name: string,
): Entry | undefined {
  const models = Object.hasOwn(table, provider) ? table[provider] : undefined;
  return models !== undefined && Object.hasOwn(models, name) ? models[name] : undefined;
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
