// Inputs that a run adds to single predictors: hints and feedback of earlier attempts.
// Knows nothing of who adds them, or why.
import type { FieldValues } from "./adapter.ts";
import type { AnySignature } from "./signature.ts";

/** A further input of a predictor, of type `str` in its prompt. */
export interface ExtraInput {
  readonly name: string;
  /** As `FieldOptions.desc`. */
  readonly desc: string;
  readonly prefix?: string;
  readonly value: unknown;
}

/** A signature and its inputs with further ones behind them. A name that is there already is left as it is. */
export function withExtraInputs(
  signature: AnySignature,
  values: FieldValues,
  extra: readonly ExtraInput[],
): { readonly signature: AnySignature; readonly values: FieldValues } {
  const names = new Set(signature.fields.map(({ name }) => name));
  const added = extra.filter(({ name }) => !names.has(name));
  let asked: AnySignature = signature;
  for (const { name, desc, prefix } of added) {
    asked = asked.append("input", name, "str", prefix === undefined ? { desc } : { desc, prefix });
  }
  return {
    signature: asked,
    values: { ...values, ...Object.fromEntries(added.map(({ name, value }) => [name, value])) },
  };
}
