// Writes the chat adapter's prompt: what depends on the signature and the demonstrations once, the inputs per call.
// Knows nothing of answers.
import type { FieldValues } from "./adapter.ts";
import type { Compat } from "./compat.ts";
import type { Field } from "./field.ts";
import { literalValueText, typeName } from "./field-type.ts";
import { fieldValueText } from "./field-value.ts";
import { jsonSchemaText } from "./json-schema.ts";
import type { ChatMessage } from "./ports.ts";
import { dedent, splitLines, strip } from "./python/text.ts";
import type { AnySignature } from "./signature.ts";

const INCOMPLETE_DEMO = "This is an example of the task, though some input or output fields are not supplied.";
const NOT_SUPPLIED = "Not supplied for this particular example. ";
const COMPLETED = "[[ ## completed ## ]]";
const INDENT = "        ";

/** Writes the messages of one predictor. */
export class ChatPrompt {
  readonly #compat: Compat | undefined;
  readonly #opening: readonly ChatMessage[];
  readonly #inputs: readonly Field[];
  readonly #headers: readonly string[];
  readonly #requirement: string;

  constructor(signature: AnySignature, demos: readonly FieldValues[], compat: Compat | undefined) {
    this.#compat = compat;
    this.#inputs = signature.inputs;
    this.#headers = signature.inputs.map((field) => header(field.name));
    this.#requirement = requirementOf(signature);
    // Frozen, so that whoever writes or hashes a request may remember what it made of them.
    this.#opening = [
      Object.freeze<ChatMessage>({ role: "system", content: systemText(signature) }),
      ...demoMessages(signature, demos, compat).map((message) => Object.freeze(message)),
    ];
  }

  /** The messages for these inputs: those of the signature and the demonstrations, then the turn itself. */
  messages(inputs: FieldValues): readonly ChatMessage[] {
    let content = "";
    for (let index = 0; index < this.#inputs.length; index++) {
      const field = this.#inputs[index];
      if (field === undefined) break;
      const value = Object.hasOwn(inputs, field.name) ? inputs[field.name] : undefined;
      if (value === undefined) continue;
      content += `${this.#headers[index]}${fieldValueText(field, value, this.#compat)}\n\n`;
    }
    content += this.#requirement;
    return this.#opening.concat({ role: "user", content });
  }
}

function systemText(signature: AnySignature): string {
  const { inputs, outputs, instructions } = signature;
  const structure = strip(
    [
      "All interactions will be structured in the following way, with the appropriate values filled in.",
      strip(inputs.map((field) => `${header(field.name)}{${field.name}}`).join("\n\n")),
      strip(outputs.map((field) => `${header(field.name)}{${field.name}}${noteOf(field)}`).join("\n\n")),
      COMPLETED,
    ].join("\n\n"),
  );
  const objective = splitLines(dedent(instructions)).map((line) => `\n${INDENT}${line}`);
  return [
    `Your input fields are:\n${describeFields(inputs)}`,
    `Your output fields are:\n${describeFields(outputs)}`,
    structure,
    `In adhering to this structure, your objective is: ${objective.join("")}`,
  ].join("\n");
}

function describeFields(fields: readonly Field[]): string {
  const items = fields.map((field, index) => {
    const desc = field.desc === `\${${field.name}}` ? "" : field.desc;
    const constraints = field.constraintsText === "" ? "" : `\nConstraints: ${field.constraintsText}`;
    return `${index + 1}. \`${field.name}\` (${typeName(field.type)}): ${desc}${constraints}`;
  });
  return strip(items.join("\n"));
}

function noteOf(field: Field): string {
  const rule = ruleOf(field);
  return rule === "" ? "" : `${INDENT}# note: the value you produce ${rule}`;
}

function ruleOf({ type }: Field): string {
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
    default:
      return `must adhere to the JSON schema: ${jsonSchemaText(type)}`;
  }
}

function requirementOf({ outputs }: AnySignature): string {
  const fields = outputs.map(({ name, type }) => {
    const form = type.kind === "str" ? "" : ` (must be formatted as a valid Python ${typeName(type)})`;
    return `\`[[ ## ${name} ## ]]\`${form}`;
  });
  return `Respond with the corresponding output fields, starting with the field ${fields.join(", then ")}, and then ending with the marker for \`${COMPLETED}\`.`;
}

/** Incomplete demonstrations come first; those without an input or without an output are left out. */
function demoMessages(
  signature: AnySignature,
  demos: readonly FieldValues[],
  compat: Compat | undefined,
): ChatMessage[] {
  const complete: ChatMessage[] = [];
  const incomplete: ChatMessage[] = [];
  for (const demo of demos) {
    if (signature.fields.every(({ name }) => has(demo, name) && demo[name] !== null)) {
      complete.push(...demoTurns(signature, demo, "", compat));
    } else if (
      signature.inputs.some(({ name }) => has(demo, name)) &&
      signature.outputs.some(({ name }) => has(demo, name))
    ) {
      incomplete.push(...demoTurns(signature, demo, INCOMPLETE_DEMO, compat));
    }
  }
  return [...incomplete, ...complete];
}

function demoTurns(
  signature: AnySignature,
  demo: FieldValues,
  prefix: string,
  compat: Compat | undefined,
): ChatMessage[] {
  const block = (field: Field): string => `${header(field.name)}${fieldValueText(field, demo[field.name], compat)}`;
  const user = [prefix, ...signature.inputs.filter(({ name }) => has(demo, name)).map(block)].join("\n\n");
  const assistant = signature.outputs.map((field) =>
    has(demo, field.name) ? block(field) : `${header(field.name)}${NOT_SUPPLIED}`,
  );
  return [
    { role: "user", content: strip(user) },
    { role: "assistant", content: `${strip(assistant.join("\n\n"))}\n\n${COMPLETED}\n` },
  ];
}

function has(values: FieldValues, name: string): boolean {
  return Object.hasOwn(values, name) && values[name] !== undefined;
}

function header(name: string): string {
  return `[[ ## ${name} ## ]]\n`;
}
