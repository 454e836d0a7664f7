// What a run of digits and signs is as a number.
// Knows nothing of what is around it.
import { type PythonValue, toFloat } from "../python/values.ts";

/** Python reads no longer ints. */
const MAX_DIGITS = 4300;

/** The number of a text as Python's `int` and `float` read it; the text itself where it is none, such as `1,000` or `1/2`. */
export function numberOf(text: string): PythonValue {
  if (/^-?\d+$/.test(text)) {
    if (text.replace("-", "").length > MAX_DIGITS) return text;
    const number = Number(text);
    // Not minus zero: of ints there is one.
    return Number.isSafeInteger(number) ? number || 0 : BigInt(text);
  }
  return /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? toFloat(Number(text)) : text;
}
