// The part of a signature that optimizers change and files keep, and how it is put back.
// Knows nothing of programs and files.
import { isJsonObject, type JsonObject, type JsonValue } from "../runtime/base/index.ts";
import { stateInvalid } from "./errors.ts";
import type { Field } from "./field.ts";

/** The part of a signature that optimizers change and files keep, in DSPy's shape: fields by position, inputs first. */
export interface SignatureState extends JsonObject {
  readonly instructions: string;
  readonly fields: readonly { readonly prefix: string; readonly description: string }[];
}

/** What is missing where something is not the wording of a signature, as a sentence. */
export const SIGNATURE_STATE_EXPECTED =
  "`signature` with `instructions` and `fields` (`prefix`, `description`) is missing.";

/** Whether it is the wording of a signature. */
export function isSignatureState(value: JsonValue | undefined): value is SignatureState {
  return (
    isJsonObject(value) &&
    typeof value["instructions"] === "string" &&
    Array.isArray(value["fields"]) &&
    value["fields"].every(
      (field: JsonValue) =>
        isJsonObject(field) && typeof field["prefix"] === "string" && typeof field["description"] === "string",
    )
  );
}

/** The fields with saved wording. Throws PROGRAM_STATE_INVALID for what is no such wording, and where the number of fields differs, since they are told apart by position only. */
export function wordedFields(fields: readonly Field[], state: SignatureState): readonly Field[] {
  if (!isSignatureState(state)) throw stateInvalid("signature", SIGNATURE_STATE_EXPECTED);
  if (state.fields.length !== fields.length) {
    throw stateInvalid("signature", `it has ${state.fields.length} fields, the signature has ${fields.length}.`);
  }
  return fields.map((field, index) => {
    const saved = state.fields[index];
    return saved === undefined ? field : { ...field, prefix: saved.prefix, desc: saved.description };
  });
}
