// What a tool's arguments may be: one JSON schema per argument for the model to read, and the check that they are held against.
// Knows nothing of what tools do.
import { isJsonObject, type JsonObject, type JsonValue } from "../runtime/base/index.ts";
import { type ModelFieldOptions, type ModelFields, model, namedTypes } from "./declared-types.ts";
import { admitsNone, type ModelField } from "./field-type.ts";
import { inlinedSchema } from "./inlined-schema.ts";
import { jsonSchemaOf } from "./json-schema.ts";
import { isNestedDeeper, MAX_NESTING } from "./nesting.ts";
import { coercionReason, parseValue } from "./parse-value.ts";
import { toPlain } from "./python/values.ts";
import type { CheckedType, TypeOf } from "./signature-type-text.ts";
import type { Simplify } from "./signature-types.ts";
import {
  heldAgainst,
  isStandardSchema,
  jsonSchemaFrom,
  type SchemaOutput,
  type StandardSchema,
} from "./standard-schema.ts";
import { toPython } from "./to-python.ts";
import { toolInvalid, unknownArgument } from "./tool-errors.ts";

/** How a tool's arguments are declared: by a schema of any library that keeps to Standard Schema, or by name and type as in signatures. */
export type ToolParameters = StandardSchema | ModelFields;

/** The arguments that a tool's function is given. */
export type ArgumentsOf<Parameters extends ToolParameters> = Parameters extends StandardSchema
  ? SchemaOutput<Parameters>
  : Parameters extends ModelFields
    ? Simplify<{ readonly [Name in keyof Parameters]: TypeOf<TypeText<Parameters[Name]>> }>
    : never;

/** Parameters as they are; a misspelt type in them is the sentence that says what is wrong with it. */
export type CheckedParameters<Parameters extends ToolParameters> = Parameters extends StandardSchema
  ? Parameters
  : {
      readonly [Name in keyof Parameters]: Parameters[Name] extends string
        ? CheckedType<Parameters[Name]>
        : Parameters[Name] extends { readonly type: infer Type extends string }
          ? Parameters[Name] & { readonly type: CheckedType<Type> }
          : Parameters[Name];
    };

type TypeText<Said extends string | ModelFieldOptions> = Said extends ModelFieldOptions ? Said["type"] : Said;

/** What came of holding arguments against a tool's declaration. */
export type CheckedArguments = { readonly args: unknown } | { readonly reason: string };

/** Arguments as a model reads of them, and their check. */
export interface ToolSchema {
  /** A JSON schema per argument. */
  readonly args: Readonly<Record<string, JsonObject>>;
  readonly required: readonly string[];
  readonly check: (args: JsonObject) => CheckedArguments;
}

/** Reads a declaration. Throws PROGRAM_TOOL_INVALID where it says nothing that a model could be told. */
export function toolSchemaOf(
  toolName: string,
  parameters: ToolParameters | undefined,
  jsonSchema: JsonObject | undefined,
): ToolSchema {
  if (isStandardSchema(parameters)) {
    const schema = jsonSchema ?? ownJsonSchema(toolName, parameters);
    return { ...argumentsIn(toolName, schema), check: (args) => validated(parameters, args) };
  }
  if (jsonSchema !== undefined) {
    const described = argumentsIn(toolName, jsonSchema);
    return { ...described, check: (args) => presence(args, Object.keys(described.args), described.required) };
  }
  return fieldsSchema(toolName, parameters ?? {});
}

function ownJsonSchema(toolName: string, schema: StandardSchema): JsonObject {
  const made = jsonSchemaFrom(schema, "input");
  if (made === undefined) {
    const { vendor } = schema["~standard"];
    throw toolInvalid(
      `the parameters of \`${toolName}\` are a ${vendor} schema that does not say itself as JSON Schema. Pass \`jsonSchema\` beside \`parameters\`, or a later version of ${vendor}`,
      { toolName },
    );
  }
  // Through JSON, so that what a library attaches beside the schema is left behind.
  try {
    return JSON.parse(JSON.stringify(made));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw toolInvalid(
      `the JSON Schema of the parameters of \`${toolName}\` cannot be written as JSON (${reason}). Pass \`jsonSchema\` beside \`parameters\``,
      { toolName },
    );
  }
}

function argumentsIn(toolName: string, schema: JsonObject): Pick<ToolSchema, "args" | "required"> {
  if (isNestedDeeper(schema)) {
    throw toolInvalid(
      `the JSON Schema of the parameters of \`${toolName}\` is nested more than ${MAX_NESTING} deep. Pass a flatter one as \`jsonSchema\``,
      { toolName },
    );
  }
  const { properties = {}, required = [], type = "object" } = inlinedSchema(schema);
  if (type !== "object" || !isJsonObject(properties)) {
    throw toolInvalid(`the parameters of \`${toolName}\` must be an object schema with \`properties\``, { toolName });
  }
  const entries = Object.entries(properties).map(
    ([name, property]) => [name, isJsonObject(property) ? property : {}] as const,
  );
  // Not assigned one by one: an argument may be named `__proto__`.
  const args: Record<string, JsonObject> = Object.fromEntries(entries);
  const names = Array.isArray(required) ? required.map(String) : [];
  return { args, required: names.filter((name) => args[name] !== undefined && args[name]["default"] === undefined) };
}

function validated(schema: StandardSchema, args: JsonObject): CheckedArguments {
  const held = heldAgainst(schema, args);
  return "problem" in held ? { reason: held.problem } : { args: held.value };
}

function presence(args: JsonObject, known: readonly string[], required: readonly string[]): CheckedArguments {
  const stranger = Object.keys(args).find((name) => !known.includes(name));
  if (stranger !== undefined) return { reason: unknownArgument(stranger, known) };
  const missing = required.find((name) => args[name] === undefined);
  return missing === undefined ? { args } : { reason: `the argument \`${missing}\` is missing` };
}

function fieldsSchema(toolName: string, parameters: ModelFields): ToolSchema {
  const declared = namedTypes({ [toolName]: model(parameters) }).get(toolName);
  const fields = declared?.kind === "model" ? declared.fields : [];
  const args = Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)]));
  const required = fields.filter((field) => !mayBeLeftOut(field)).map(({ name }) => name);
  return { args, required, check: (given) => readFields(fields, given) };
}

function fieldSchema(field: ModelField): JsonObject {
  // A JSON schema is plain JSON data.
  const schema = inlinedSchema(toPlain(jsonSchemaOf(field.type)) as JsonObject);
  const fallback = field.default;
  return {
    ...schema,
    ...(fallback === undefined ? {} : { default: toPlain(toPython(fallback.value, field.type)) as JsonValue }),
    ...(field.desc === undefined ? {} : { description: field.desc }),
  };
}

function mayBeLeftOut({ type, default: fallback }: ModelField): boolean {
  return fallback !== undefined || admitsNone(type);
}

function readFields(fields: readonly ModelField[], given: JsonObject): CheckedArguments {
  const names = fields.map(({ name }) => name);
  const stranger = Object.keys(given).find((name) => !names.includes(name));
  if (stranger !== undefined) return { reason: unknownArgument(stranger, names) };
  const args: Record<string, unknown> = {};
  for (const field of fields) {
    const value = Object.hasOwn(given, field.name) ? given[field.name] : undefined;
    if (value === undefined) {
      if (!mayBeLeftOut(field)) return { reason: `the argument \`${field.name}\` is missing` };
      args[field.name] = field.default === undefined ? null : field.default.value;
      continue;
    }
    try {
      args[field.name] = toPlain(parseValue(toPython(value, field.type), field.type, undefined));
    } catch (error) {
      return { reason: `the argument \`${field.name}\` does not fit: ${coercionReason(error)}` };
    }
  }
  return { args };
}
