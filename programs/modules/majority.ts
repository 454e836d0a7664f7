// The answer that most of several predictions give.
// Knows nothing of how they came about.
import { canonicalJson } from "../../runtime/base/index.ts";
import { normalizeText } from "../normalized-text.ts";
import { completionsOf, isPrediction } from "../prediction.ts";
import { toPlain } from "../python/values.ts";
import { toPython } from "../to-python.ts";
import { moduleInvalid } from "./module-errors.ts";

/** What is counted, and what counts as the same. */
export interface MajorityOptions<Outputs extends object> {
  /** The field that is voted on. Default: the last. */
  readonly field?: Extract<keyof Outputs, string>;
  /** What of a value is compared; a value for which it is null or undefined counts only where all are. Default: texts as `normalizeText` makes them, all else as JSON. */
  readonly normalize?: (value: unknown) => unknown;
}

/**
 * The prediction whose field holds what most of them hold: of several predictions, or of one prediction's completions (`config: { n: 5 }`).
 *
 * The first of those that agree is answered; where several answers are as frequent, the one that came first. Throws PROGRAM_MODULE_INVALID for none.
 */
export function majority<Outputs extends object>(
  given: Outputs | readonly Outputs[],
  options: MajorityOptions<NoInfer<Outputs>> = {},
): Outputs {
  const predictions: readonly Outputs[] = isPrediction(given)
    ? completionsOf(given as Outputs)
    : Array.isArray(given)
      ? given
      : [given as Outputs];
  const [first] = predictions;
  const field: string | undefined = options.field ?? Object.keys(first ?? {}).at(-1);
  if (first === undefined || field === undefined) {
    throw moduleInvalid("majority", "expected at least one prediction with a field, got none");
  }
  const normalize = options.normalize ?? comparable;
  // A prediction's own properties are its outputs.
  const keys = predictions.map((each) => keyOf(normalize((each as Readonly<Record<string, unknown>>)[field])));
  const votes = new Map<string, number>();
  const counted = keys.filter((key) => key !== undefined);
  for (const key of counted) votes.set(key, (votes.get(key) ?? 0) + 1);
  const most = Math.max(...votes.values());
  const winner = counted.find((key) => votes.get(key) === most);
  return predictions[winner === undefined ? 0 : keys.indexOf(winner)] ?? first;
}

function comparable(value: unknown): unknown {
  return typeof value === "string" ? normalizeText(value) || undefined : value;
}

function keyOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === "string" ? `text ${value}` : canonicalJson(toPlain(toPython(value)));
}
