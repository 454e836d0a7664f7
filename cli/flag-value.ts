// From the text of a flag to its value, or to words about what is wrong with it.
// Knows nothing of where the text came from: `origin` is how messages call it.
import { usageWrong, wordUnknown } from "./errors.ts";
import type { Flag } from "./flags.ts";

const DURATION_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  "": 1000,
};

/** The value that a flag's text stands for. @throws CLI_USAGE naming `origin`, what was expected and what came. */
export function flagValue(flag: Flag, origin: string, text: string): string | number | true {
  switch (flag.kind) {
    case "switch":
      if (["1", "true", ""].includes(text)) return true;
      throw wrong(origin, "no value", text);
    case "text":
    case "texts":
      if (text.trim() === "") throw wrong(origin, flag.value ?? "a text", text);
      return text;
    case "whole":
      return wholeNumber(flag, origin, text);
    case "number":
      return finiteNumber(origin, text);
    case "duration":
      return duration(origin, text);
    case "choice":
      if (flag.choices?.includes(text) !== true) {
        throw wordUnknown(`value for ${origin}`, text, flag.choices ?? [], "");
      }
      return text;
    default:
      return flag.kind satisfies never;
  }
}

function wholeNumber(flag: Flag, origin: string, text: string): number {
  const value = Number(text);
  const least = flag.least ?? 0;
  if (!/^[+-]?\d+$/.test(text.trim()) || !Number.isSafeInteger(value) || value < least) {
    throw wrong(origin, `a whole number from ${least}`, text);
  }
  return value;
}

function finiteNumber(origin: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw wrong(origin, "a number", text);
  return value;
}

function duration(origin: string, text: string): number {
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(text.trim()) ?? [];
  const unitMs = Object.hasOwn(DURATION_MS, unit) ? DURATION_MS[unit] : undefined;
  const durationMs = Number(digits) * (unitMs ?? Number.NaN);
  if (digits === "" || !(durationMs > 0))
    throw wrong(origin, "a time such as 500ms, 30s or 2m (a bare number is seconds)", text);
  return durationMs;
}

function wrong(origin: string, expected: string, found: string) {
  return usageWrong(`Expected ${origin} to be ${expected}, got ${JSON.stringify(found)}.`, { origin, expected, found });
}
