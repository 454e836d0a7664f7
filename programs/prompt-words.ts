// What every prompt says of a signature, whatever the format: the list of fields, the rule for a value, the objective.
// Knows no format.
import type { Compat } from "./compat.ts";
import { customTypesIn } from "./custom-types.ts";
import type { Field } from "./field.ts";
import { literalValueText, typeName } from "./field-type.ts";
import { jsonSchemaText } from "./json-schema.ts";
import { dedent, splitLines, strip } from "./python/text.ts";
import type { AnySignature } from "./signature.ts";

const INDENT = "        ";

/** The sentence that every description of a structure begins with. */
export const STRUCTURE_INTRO =
  "All interactions will be structured in the following way, with the appropriate values filled in.";

/** The lists of input and output fields. */
export function fieldLists({ inputs, outputs }: AnySignature): string {
  return `Your input fields are:\n${describeFields(inputs)}\nYour output fields are:\n${describeFields(outputs)}`;
}

/** The instructions, as an objective. */
export function objectiveOf({ instructions }: AnySignature): string {
  const lines = splitLines(dedent(instructions)).map((line) => `\n${INDENT}${line}`);
  return `In adhering to this structure, your objective is: ${lines.join("")}`;
}

/** A field's place in a structure: its name in braces, for an output with the rule that its value obeys. */
export function placeholder(field: Field, side: "input" | "output", compat: Compat | undefined): string {
  const rule = side === "input" ? "" : ruleOf(field, compat);
  return rule === "" ? `{${field.name}}` : `{${field.name}}${INDENT}# note: the value you produce ${rule}`;
}

/** The form of an output in the requirement at the end of a prompt; empty for text. */
export function requiredForm({ type }: Field): string {
  if (type.kind === "custom" && type.custom === "ToolCalls") {
    return ' (must be a JSON object like {"tool_calls": [{"name": "...", "args": {...}}]})';
  }
  return type.kind === "str" ? "" : ` (must be formatted as a valid Python ${typeName(type)})`;
}

/** Fields as a numbered list: name, type, what is said of them. */
export function describeFields(fields: readonly Field[]): string {
  const items = fields.map((field, index) => {
    const own = field.desc === `\${${field.name}}` ? "" : field.desc;
    const types = customTypesIn(field.type).filter(({ description }) => description !== "");
    const desc =
      own + types.map(({ name, description }) => `\n    Type description of ${name}: ${description}`).join("");
    const constraints = field.constraintsText === "" ? "" : `\nConstraints: ${field.constraintsText}`;
    return `${index + 1}. \`${field.name}\` (${typeName(field.type)}): ${desc}${constraints}`;
  });
  return strip(items.join("\n"));
}

function ruleOf({ type }: Field, compat: Compat | undefined): string {
  switch (type.kind) {
    case "str":
      return "";
    case "bool":
      return "must be True or False";
    case "int":
    case "float":
      return `must be a single ${type.kind} value`;
    case "literal":
      return `must exactly match (no extra characters) one of: ${type.values.map(literalValueText).join("; ")}`;
    case "enum":
      return `must be one of: ${type.members.map(({ value }) => value).join("; ")}`;
    case "custom":
      if (type.custom === "Code" || type.custom === "Reasoning") return "";
      break;
  }
  return `must adhere to the JSON schema: ${jsonSchemaText(type, compat)}`;
}
