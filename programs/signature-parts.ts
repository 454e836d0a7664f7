// Makes a signature of its parts: fields by name, each a type's text, a Standard Schema, or more; or a schema for a whole side.
// Knows no library of schemas.
import { checkedField } from "./checked-field.ts";
import { type DeclaredTypes, namedTypes } from "./declared-types.ts";
import { type Field, type FieldOptions, fieldOf } from "./field.ts";
import { type FieldType, STR } from "./field-type.ts";
import { cleanDoc } from "./python/text.ts";
import { fieldFromSchema, fieldsFromSchema } from "./schema-type.ts";
import type { SideCheck } from "./side-check.ts";
import { defaultInstructions, type Side, Signature } from "./signature.ts";
import { assertFieldWords, assertRecord, assertText, signatureInvalid } from "./signature-checks.ts";
import type {
  CheckedParts,
  FieldParts,
  FieldSaid,
  InputsOfParts,
  OutputsOfParts,
  SideParts,
  SignatureParts,
} from "./signature-part-types.ts";
import { assertFieldName, readTypeText, type TypeNames } from "./signature-text.ts";
import type { NoTypes } from "./signature-types.ts";
import { isStandardSchema, jsonSchemaFrom, type StandardSchema } from "./standard-schema.ts";

/**
 * Makes a signature of its parts: `signatureOf({ inputs: { question: "str" }, outputs: { answer: "str", sure: { type: "float", constraints: { le: 1 } } } })`.
 *
 * A field is a type's text as in `signature`, a Standard Schema (zod, valibot, arktype, …), or an object of either and what else is to be said. A whole side may be
 * one schema of an object that can say its JSON Schema. What a schema makes of a value is what the program sees; what it refuses is PROGRAM_INPUT_INVALID or an
 * answer that cannot be read. Throws SIGNATURE_INVALID.
 */
export function signatureOf<const Parts extends SignatureParts<Types>, const Types extends DeclaredTypes = NoTypes>(
  parts: Parts & CheckedParts<Parts, Types> & { readonly types?: Types },
): Signature<InputsOfParts<Parts, Types>, OutputsOfParts<Parts, Types>> {
  assertRecord(parts, "its parts as an object");
  const { instructions, types } = parts;
  if (instructions !== undefined) assertText(instructions, "the instructions");
  const names = types === undefined ? undefined : namedTypes(types);
  const inputs = readSide("input", parts.inputs, names);
  const outputs = readSide("output", parts.outputs, names);
  if (outputs.fields.length === 0) throw signatureInvalid("it has no output; name one in `outputs`");
  const taken = new Set(inputs.fields.map(({ name }) => name));
  const twice = outputs.fields.find(({ name }) => taken.has(name));
  if (twice !== undefined)
    throw signatureInvalid(`the field \`${twice.name}\` is on both sides; they need names of their own`);
  const text =
    instructions === undefined || instructions === ""
      ? defaultInstructions(inputs.fields, outputs.fields)
      : cleanDoc(instructions);
  return new Signature(text, inputs.fields, outputs.fields, [...inputs.checks, ...outputs.checks]);
}

interface ReadSide {
  readonly fields: readonly Field[];
  readonly checks: readonly SideCheck[];
}

function readSide(side: Side, said: SideParts, names: TypeNames | undefined): ReadSide {
  if (isStandardSchema(said)) return schemaSide(side, said);
  assertRecord(said, `the ${side}s as an object`);
  // What is no schema is a record of fields.
  const fields = Object.entries(said as FieldParts).map(([name, field]) => readField(side, name, field, names));
  return { fields, checks: [] };
}

function schemaSide(side: Side, schema: StandardSchema): ReadSide {
  const json = jsonOf(side, schema);
  const properties = json === undefined ? undefined : fieldsFromSchema(json);
  if (properties === undefined) {
    const vendor = schema["~standard"].vendor;
    throw signatureInvalid(
      `the ${side}s' schema (${vendor}) does not say its fields: it needs a JSON Schema of an object with properties (\`~standard.jsonSchema\`). ` +
        `Give the fields one by one instead: \`${side}s: { name: schema }\``,
    );
  }
  const fields = [...properties].map(([name, { type, options }]) => {
    assertFieldName(name);
    // Untyped: what a value may be is the schema's to say, before it makes something of it.
    return fieldOf(name, type, false, options);
  });
  return { fields, checks: [{ side, names: fields.map(({ name }) => name), schema }] };
}

function readField(side: Side, name: string, said: FieldSaid, names: TypeNames | undefined): Field {
  assertFieldName(name);
  if (typeof said === "string") return fieldOf(name, readTypeText(said, "Union", names), true);
  if (isStandardSchema(said)) return schemaField(side, name, said, undefined, {});
  assertFieldWords(name, said);
  const { type, ...options } = said;
  const own = type === undefined ? undefined : readTypeText(type, "Union", names);
  if (options.schema !== undefined) return schemaField(side, name, options.schema, own, options);
  const read = own ?? STR;
  return checkedField(name, read, own !== undefined, options);
}

function schemaField(
  side: Side,
  name: string,
  schema: StandardSchema,
  type: FieldType | undefined,
  options: FieldOptions,
): Field {
  const json = jsonOf(side, schema);
  const said = json === undefined ? undefined : fieldFromSchema(json, name);
  return fieldOf(name, type ?? said?.type ?? { kind: "any" }, true, { ...said?.options, ...options, schema });
}

/** An input is shown as the schema makes it; an output comes as the schema takes it. */
function jsonOf(side: Side, schema: StandardSchema): Readonly<Record<string, unknown>> | undefined {
  return jsonSchemaFrom(schema, side === "input" ? "output" : "input");
}
