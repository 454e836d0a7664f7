// Checks an optimizer's options before anything is paid for: unknown names, wrong values.
// Knows nothing of what the options do.
import { optionInvalid, optionUnknown } from "./errors.ts";

/** What a value must be: the words for it, and whether it is. */
export interface OptionRule {
  readonly expected: string;
  accepts(value: unknown): boolean;
}

/** A whole number from `least` on. */
export function wholeNumber(least: number): OptionRule {
  return {
    expected: `a whole number from ${least}`,
    accepts: (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= least,
  };
}

/** A number from `low` to `high`; any finite one where no bounds are given. */
export function numberBetween(low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY): OptionRule {
  return {
    expected: low === Number.NEGATIVE_INFINITY ? "a finite number" : `a number from ${low} to ${high}`,
    accepts: (value) => typeof value === "number" && Number.isFinite(value) && value >= low && value <= high,
  };
}

/** True or false. */
export const trueOrFalse: OptionRule = { expected: "true or false", accepts: (value) => typeof value === "boolean" };

/** A function. */
export const aFunction: OptionRule = { expected: "a function", accepts: (value) => typeof value === "function" };

/** A plain object. */
export const anObject: OptionRule = {
  expected: "an object",
  accepts: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};

/** A list of whole numbers, not empty. */
export const wholeNumbers: OptionRule = {
  expected: "a list of whole numbers",
  accepts: (value) => Array.isArray(value) && value.length > 0 && value.every((item) => Number.isSafeInteger(item)),
};

/**
 * Checks options against one rule per legal name; an option that is `undefined` counts as not given.
 *
 * @throws OPTIMIZER_OPTION_UNKNOWN with the nearest legal name, OPTIMIZER_OPTION_INVALID.
 */
export function checkOptions(
  optimizerName: string,
  options: object,
  rules: Readonly<Record<string, OptionRule>>,
): void {
  for (const [option, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, option) ? rules[option] : undefined;
    if (rule === undefined) throw optionUnknown(optimizerName, option, Object.keys(rules));
    if (value !== undefined && !rule.accepts(value)) throw optionInvalid(optimizerName, option, rule.expected, value);
  }
}
