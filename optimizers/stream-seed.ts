// Which seed each of an optimizer's random streams gets.
// Knows nothing of what is drawn.
import type { Study } from "./study.ts";

/**
 * The seed of the optimizer's stream number `stream`.
 *
 * DSPy seeds its streams with constants; so do we under `compat` and for a study with seed 0. Another study seed moves every stream to
 * a place of its own.
 */
export function streamSeed(study: Pick<Study, "seed" | "compat">, stream: number): number | bigint {
  if (study.compat !== undefined || study.seed === 0) return stream;
  return BigInt(study.seed) * 4294967296n + BigInt(stream);
}
