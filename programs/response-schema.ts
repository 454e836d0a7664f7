// The response format that holds a model to a signature's outputs, as structured outputs want it.
// Knows nothing of prompts.
import type { JsonObject } from "../runtime/base/index.ts";
import type { Compat } from "./compat.ts";
import type { Field } from "./field.ts";
import type { ModelField } from "./field-type.ts";
import { jsonSchemaOf } from "./json-schema.ts";
import { type Dict, type PythonValue, toPlain } from "./python/values.ts";

const SCHEMA_NAME = "DSPyProgramOutputs";

/** A `json_schema` response format of the outputs: every property required, no others allowed, at every depth. */
export function responseSchema(outputs: readonly Field[], compat: Compat | undefined): JsonObject {
  const fields = outputs.map(({ name, type, default: fallback }): ModelField => {
    return fallback === undefined ? { name, type } : { name, type, default: fallback };
  });
  const schema = jsonSchemaOf({ kind: "model", name: SCHEMA_NAME, fields }, compat);
  schema.set("additionalProperties", false);
  closeObjects(schema);
  // A schema is plain JSON data.
  return {
    type: "json_schema",
    json_schema: { name: SCHEMA_NAME, strict: true, schema: toPlain(schema) as JsonObject },
  };
}

/** As DSPy, alternatives (`anyOf`) are not looked into. */
function closeObjects(schema: Dict): void {
  if (schema.get("type") === "object") {
    const properties = asDict(schema.get("properties")) ?? new Map();
    schema.set("properties", properties);
    schema.set("required", [...properties.keys()]);
    schema.set("additionalProperties", false);
    for (const property of properties.values()) whenDict(property, closeObjects);
  }
  if (schema.get("type") === "array") whenDict(schema.get("items"), closeObjects);
  whenDict(schema.get("$defs"), (definitions) => {
    for (const definition of definitions.values()) whenDict(definition, closeObjects);
  });
}

function whenDict(value: PythonValue | undefined, work: (dict: Dict) => void): void {
  const dict = asDict(value);
  if (dict !== undefined) work(dict);
}

function asDict(value: PythonValue | undefined): Dict | undefined {
  return value instanceof Map ? value : undefined;
}
