// How the sampling options of a predictor, a run and a model come together.
// Knows no adapter.
import { describeGiven } from "./fits.ts";
import { moduleInvalid } from "./modules/module-errors.ts";
import type { LmOptions } from "./ports.ts";
import { isRecord } from "./record.ts";
import type { ProgramSettings } from "./settings.ts";

/** Options of their own. Throws PROGRAM_MODULE_INVALID for what are none. */
export function lmOptionsOf(maker: string, options: LmOptions | undefined): LmOptions {
  if (options !== undefined && !isRecord(options)) {
    throw moduleInvalid(maker, `expected \`config\` to be an object of LM options, got ${describeGiven(options)}`);
  }
  return Object.freeze({ ...options });
}

/** Options put over others, key by key; `extra` too. */
export function mergedOptions(under: LmOptions, over: LmOptions): LmOptions {
  const extra =
    under.extra !== undefined && over.extra !== undefined ? { extra: { ...under.extra, ...over.extra } } : {};
  return { ...under, ...over, ...extra };
}

/** Several completions at a temperature near zero would be one completion several times: they are asked for at 0.7. */
export function sampledOptions(own: LmOptions, { lmBase, lmDefaults }: ProgramSettings): LmOptions {
  const options = lmBase === undefined ? own : mergedOptions(lmBase, own);
  const n = options.n ?? lmDefaults?.n ?? 1;
  if (n <= 1) return options;
  // As in DSPy, a temperature of 0 counts as unset and the model's own is looked at.
  const temperature = options.temperature || lmDefaults?.temperature;
  return temperature === undefined || temperature <= 0.15 ? { ...options, temperature: 0.7 } : options;
}
