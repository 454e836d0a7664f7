// DSPy's JSON format: inputs as in chat, outputs as one JSON object.
// Knows nothing of response formats.
import type { FieldValues } from "./adapter.ts";
import { header, sections } from "./chat-format.ts";
import { formatFailed } from "./errors.ts";
import type { Field } from "./field.ts";
import { fieldValueText } from "./field-value.ts";
import { has, type PromptFormat } from "./prompt.ts";
import { placeholder, requiredForm, STRUCTURE_INTRO } from "./prompt-words.ts";
import { jsonDumpsIndented, jsonKeys } from "./python/repr.ts";
import { strip } from "./python/text.ts";
import type { PythonValue } from "./python/values.ts";
import { toPython } from "./to-python.ts";

/** How the JSON adapter words a prompt. */
export const jsonFormat: PromptFormat = {
  structure({ inputs, outputs }, compat) {
    const places = outputs.map((field): [string, PythonValue] => [field.name, placeholder(field, "output", compat)]);
    return strip(
      [
        STRUCTURE_INTRO,
        "Inputs will have the following structure:",
        sections(inputs, "input", compat),
        "Outputs will be a JSON object with the following fields.",
        jsonDumpsIndented(new Map<PythonValue, PythonValue>(places)),
      ].join("\n\n"),
    );
  },
  around: ({ name }) => ({ before: header(name), after: "" }),
  inputText: fieldValueText,
  requirement({ outputs }) {
    const fields = outputs.map((field) => `\`${field.name}\`${requiredForm(field)}`);
    return `Respond with a JSON object in the following order of fields: ${fields.join(", then ")}.`;
  },
  answer: (outputs, values, missing) =>
    jsonDumpsIndented(
      new Map<PythonValue, PythonValue>(outputs.map((field) => [field.name, answered(field, values, missing)])),
    ),
};

function answered(field: Field, values: FieldValues, missing: string | null): PythonValue {
  if (!has(values, field.name)) return missing;
  try {
    return jsonKeys(toPython(values[field.name], field.type));
  } catch (error) {
    throw formatFailed(field.name, error instanceof Error ? error.message : String(error));
  }
}
