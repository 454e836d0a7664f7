// The tool by which an agent of ReActV2 hands in its outputs.
// Knows no loop.
import { isBaseError, type JsonObject } from "../../runtime/base/index.ts";
import { readOutputs } from "../answer.ts";
import type { Compat } from "../compat.ts";
import type { ToolDescription } from "../custom-types.ts";
import type { ParseFailure } from "../errors.ts";
import { admitsNone } from "../field-type.ts";
import { inlinedSchema } from "../inlined-schema.ts";
import { jsonSchemaOf } from "../json-schema.ts";
import { toPlain } from "../python/values.ts";
import { heldToChecks } from "../side-check.ts";
import type { AnySignature } from "../signature.ts";
import { toPython } from "../to-python.ts";
import { unknownArgument } from "../tool-errors.ts";
import { SUBMIT_WORDS } from "./react-words.ts";

/** Its name. */
export const SUBMIT = "submit";

/** How the model is told of it: an argument per output. */
export function submitDescription({ outputs }: AnySignature, compat: Compat | undefined): ToolDescription {
  const args = outputs.map(({ name, type }): [string, JsonObject] => {
    // A JSON schema is plain JSON data.
    const schema = toPlain(jsonSchemaOf(type, compat)) as JsonObject;
    // DSPy leaves references that nothing in the tool's schema resolves.
    return [name, compat === undefined ? inlinedSchema(schema) : schema];
  });
  const required = outputs.filter((field) => field.default === undefined && !admitsNone(field.type));
  return {
    name: SUBMIT,
    desc: SUBMIT_WORDS,
    args: Object.fromEntries(args),
    ...(compat === undefined ? { required: required.map(({ name }) => name) } : {}),
  };
}

/** The outputs as the signature's types, or why they are none. */
export function submitted(
  { outputs, checks }: AnySignature,
  args: JsonObject,
  compat: Compat | undefined,
): { readonly outputs: Record<string, unknown> } | { readonly reason: string } {
  const names = outputs.map(({ name }) => name);
  const stranger = Object.keys(args).find((name) => !names.includes(name));
  if (stranger !== undefined) return { reason: unknownArgument(stranger, names) };
  const missing = outputs.filter(({ name, type, default: fallback }) => {
    if (Object.hasOwn(args, name)) return false;
    return compat !== undefined || (fallback === undefined && !admitsNone(type));
  });
  if (missing.length > 0) {
    return { reason: `Missing required final output field(s): ${missing.map(({ name }) => name).join(", ")}` };
  }
  try {
    const source = { adapterName: SUBMIT, outputs, compat, text: JSON.stringify(args), absence: "it is missing" };
    const read = readOutputs(source, ({ name, type }) =>
      Object.hasOwn(args, name) ? toPython(args[name], type) : undefined,
    );
    const held = compat === undefined ? heldToChecks(checks, "output", read) : { values: read };
    return "problem" in held ? { reason: held.problem } : { outputs: held.values };
  } catch (error) {
    if (!isBaseError(error, "PROGRAM_PARSE_FAILED")) throw error;
    // What `parseFailed` made holds a reason per field.
    const { failures } = error.details as unknown as ParseFailure;
    return { reason: failures.map(({ field, reason }) => `\`${field}\`: ${reason}`).join("; ") };
  }
}
