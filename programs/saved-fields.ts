// Fields as a saved program tells of them beyond DSPy's file: by name and type, so that they find each other again.
// Knows nothing of files and predictors.
import type { JsonObject, JsonValue } from "../runtime/base/index.ts";
import { holdsKind } from "./custom-types.ts";
import { stateInvalid } from "./errors.ts";
import type { Field } from "./field.ts";
import { typeName } from "./field-type.ts";
import { inferPrefix } from "./infer-prefix.ts";
import { jsonSchemaText } from "./json-schema.ts";
import type { AnySignature } from "./signature.ts";
import type { SignatureState } from "./signature-state.ts";

/** One field by name and type; what the type's name does not say is in its schema. */
export interface SavedField extends JsonObject {
  readonly name: string;
  readonly type: string;
  readonly schema?: string;
}

/** What is kept of a side's fields. */
export function savedFields(fields: readonly Field[]): SavedField[] {
  return fields.map(({ name, type }) => ({
    name,
    type: typeName(type),
    ...(holdsKind(type, ["enum", "model"]) ? { schema: jsonSchemaText(type) } : {}),
  }));
}

/**
 * The saved wording in the order of a signature's fields.
 *
 * Where the file names its fields, they are found by name, and have to be the same with the same types. DSPy's own files do not: their wording is taken by position,
 * unless their labels are those of the signature's fields in another order. Throws PROGRAM_STATE_INVALID.
 */
export function wordingFor(
  path: string,
  signature: AnySignature,
  state: SignatureState,
  saved: readonly SavedField[] | undefined,
): SignatureState {
  const { fields } = signature;
  if (state.fields.length !== fields.length) {
    const remedy = "Load it into the program that it was saved from, or save it anew.";
    throw stateInvalid(
      path,
      `it has ${state.fields.length} fields, the signature "${signature.toString()}" has ${fields.length}. ${remedy}`,
    );
  }
  const order = saved === undefined ? orderByLabel(fields, state) : orderByName(path, signature, saved);
  const inOrder = order.map((place) => state.fields[place]).filter((field) => field !== undefined);
  return { ...state, fields: inOrder };
}

/** Throws PROGRAM_STATE_INVALID where a field is a choice among tools, and the file was saved with others or in another order. */
export function assertSameTools(
  path: string,
  signature: AnySignature,
  saved: readonly SavedField[],
  before: readonly string[],
  now: readonly string[],
): void {
  if (before.length === now.length && before.every((name, index) => name === now[index])) return;
  const chosen = savedFields(signature.fields).find(({ name, type }) => {
    const was = saved.find((field) => field.name === name)?.type;
    return was !== undefined && was !== type && namesAll(type, now) && namesAll(was, before);
  });
  if (chosen === undefined) return;
  const names = (tools: readonly string[]) => tools.map((name) => `\`${name}\``).join(", ") || "none";
  throw stateInvalid(
    path,
    `\`${chosen.name}\` is a choice among the tools. The file was saved with ${names(before)}; the program has ${names(now)}. Its instructions and demonstrations tell of the saved ones only: make the program with just these, in this order, or save it anew with the tools that it has now.`,
  );
}

/** Whether a type is a choice that has all of these names. */
function namesAll(type: string, names: readonly string[]): boolean {
  return type.startsWith("Literal[") && names.every((name) => type.includes(`'${name}'`));
}

function orderByName(path: string, signature: AnySignature, saved: readonly SavedField[]): number[] {
  const now = savedFields(signature.fields);
  return now.map((field) => {
    const place = saved.findIndex(({ name }) => name === field.name);
    const before = saved[place];
    if (before === undefined) {
      const names = saved.map(({ name }) => `\`${name}\``).join(", ");
      throw stateInvalid(
        path,
        `the signature has the field \`${field.name}\`; the file was saved with ${names}. Rename the field, or save anew.`,
      );
    }
    if (before.type === field.type && before.schema === field.schema) return place;
    throw stateInvalid(
      path,
      `\`${field.name}\` is ${field.type}${changedSchema(before, field)}; the file was saved with ${before.type}. Demonstrations may not fit; save anew.`,
    );
  });
}

function changedSchema(before: SavedField, now: SavedField): string {
  return before.type === now.type ? ` with the schema ${now.schema ?? "{}"}` : "";
}

/** By position, or, where every label is that of another of the fields, by label. */
function orderByLabel(fields: readonly Field[], { fields: worded }: SignatureState): number[] {
  const labels = fields.map(({ name }) => `${inferPrefix(name)}:`);
  const places = labels.map((label) => worded.findIndex(({ prefix }) => prefix === label));
  const isPermutation = new Set(places).size === fields.length && !places.includes(-1);
  return isPermutation ? places : fields.map((_, index) => index);
}

/** Fields out of a file. Throws PROGRAM_STATE_INVALID for what are none. */
export function readSavedFields(path: string, found: JsonValue | undefined): SavedField[] {
  if (!Array.isArray(found)) throw stateInvalid(path, "its `fields` in the section `dspex` are no list.");
  return found.map((field: JsonValue) => {
    const { name, type, schema } = Object(field);
    if (typeof name !== "string" || typeof type !== "string") {
      throw stateInvalid(path, "a field in the section `dspex` does not say its `name` and `type`.");
    }
    return typeof schema === "string" ? { name, type, schema } : { name, type };
  });
}
