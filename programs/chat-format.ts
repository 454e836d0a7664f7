// DSPy's chat format: sections under `[[ ## name ## ]]` headers.
// Knows nothing of demonstrations or answers' reading.
import type { FieldValues } from "./adapter.ts";
import type { Compat } from "./compat.ts";
import type { Field } from "./field.ts";
import { fieldValueText } from "./field-value.ts";
import { has, type PromptFormat } from "./prompt.ts";
import { placeholder, requiredForm, STRUCTURE_INTRO } from "./prompt-words.ts";
import { strip } from "./python/text.ts";
import type { AnySignature } from "./signature.ts";

const COMPLETED = "[[ ## completed ## ]]";

/** How the chat adapter words a prompt. */
export const chatFormat: PromptFormat = {
  structure: ({ inputs, outputs }: AnySignature, compat) =>
    strip(
      [STRUCTURE_INTRO, sections(inputs, "input", compat), sections(outputs, "output", compat), COMPLETED].join("\n\n"),
    ),
  around: ({ name }) => ({ before: header(name), after: "" }),
  inputText: fieldValueText,
  requirement({ outputs }) {
    const fields = outputs.map((field) => `\`[[ ## ${field.name} ## ]]\`${requiredForm(field)}`);
    return `Respond with the corresponding output fields, starting with the field ${fields.join(", then ")}, and then ending with the marker for \`${COMPLETED}\`.`;
  },
  answer: (outputs, values, missing, compat) =>
    `${strip(outputs.map((field) => answered(field, values, missing, compat)).join("\n\n"))}\n\n${COMPLETED}\n`,
};

/** The fields of one side as sections with a place for each value. */
export function sections(fields: readonly Field[], side: "input" | "output", compat: Compat | undefined): string {
  return strip(fields.map((field) => `${header(field.name)}${placeholder(field, side, compat)}`).join("\n\n"));
}

/** The line that a section begins with. */
export function header(name: string): string {
  return `[[ ## ${name} ## ]]\n`;
}

function answered(field: Field, values: FieldValues, missing: string | null, compat: Compat | undefined): string {
  const value = has(values, field.name) ? values[field.name] : missing;
  return `${header(field.name)}${fieldValueText(field, value, compat)}`;
}
