// What signatures, and what is said of their fields, must be made of: the checks that the compiler makes for callers who have one.
// Knows no grammar.
import { BaseError } from "../runtime/base/index.ts";
import { describeGiven } from "./fits.ts";
import { isRecord } from "./record.ts";

/** A signature cannot be made so. */
export function signatureInvalid(problem: string, details: Readonly<Record<string, unknown>> = {}): BaseError {
  return new BaseError("SIGNATURE_INVALID", `The signature cannot be made: ${problem}.`, {
    details: { problem, ...details },
  });
}

/** Throws SIGNATURE_INVALID for what is no record of the kind that `what` names, such as "its options as an object". */
export function assertRecord(value: unknown, what: string): void {
  if (isRecord(value)) return;
  throw signatureInvalid(`expected ${what}, got ${describeGiven(value)}`);
}

/** Throws SIGNATURE_INVALID for what is no text. */
export function assertText(value: unknown, what: string): void {
  if (typeof value !== "string") throw signatureInvalid(`expected ${what} as a text, got ${describeGiven(value)}`);
}

/** Throws SIGNATURE_INVALID for what says nothing of a field, or says its words otherwise than as texts. */
export function assertFieldWords(name: string, options: unknown): void {
  assertRecord(options, `what is said of \`${name}\` as an object`);
  for (const word of ["desc", "prefix", "constraintsText"]) {
    const said: unknown = Object(options)[word];
    if (said !== undefined) assertText(said, `\`${word}\` of \`${name}\``);
  }
}
