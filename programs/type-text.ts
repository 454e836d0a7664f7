// Writes types as signature strings say them, so that they can be read again, by DSPy too.
// Knows nothing of prompts, which name some types otherwise.
import {
  type CustomType,
  type FieldType,
  type LiteralValue,
  literalValueText,
  type TypeWords,
  writeType,
} from "./field-type.ts";
import { ESCAPES } from "./signature-words.ts";

interface Named {
  readonly name: string;
  readonly type: FieldType;
}

/** Both sides of a signature in a line, with types as `nameOf` writes them. */
export function signatureString(
  { inputs, outputs }: { readonly inputs: readonly Named[]; readonly outputs: readonly Named[] },
  nameOf: (type: FieldType) => string,
): string {
  const write = (fields: readonly Named[]): string =>
    fields.map(({ name, type }) => `${name}: ${nameOf(type)}`).join(", ");
  return `${write(inputs)} -> ${write(outputs)}`;
}

/** How the name of a `Code` that says its language begins. */
const CODE_IN = "Code_";
const ESCAPE_OF: ReadonlyMap<string, string> = new Map(
  [...ESCAPES].filter(([, char]) => char !== "" && char !== '"').map(([letter, char]) => [char, `\\${letter}`]),
);

const IN_SIGNATURES: TypeWords = {
  open: "...",
  nothing: "()",
  union: () => "Union",
  literal: literalText,
  custom: customText,
};

/** The type as a signature's text says it: `tuple[int, ...]`, `dspy.Code['python']`. Enums and models stand by their names alone. */
export function typeText(type: FieldType): string {
  return writeType(type, IN_SIGNATURES);
}

/** By the module's name, since DSPy reads these types by no other. */
function customText({ custom, name }: CustomType): string {
  return `dspy.${custom}${name.startsWith(CODE_IN) ? `[${quoted(name.slice(CODE_IN.length))}]` : ""}`;
}

function literalText(value: LiteralValue): string {
  return typeof value === "string" ? quoted(value) : literalValueText(value);
}

/** In single quotes, or in double ones where the text has only single ones. */
function quoted(text: string): string {
  const isDouble = text.includes("'") && !text.includes('"');
  const quote = isDouble ? '"' : "'";
  const inner = [...text].map((char) => (isDouble && char === "'" ? char : (ESCAPE_OF.get(char) ?? char))).join("");
  return `${quote}${inner}${quote}`;
}
