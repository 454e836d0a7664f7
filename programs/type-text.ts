// Writes types as signature strings say them, so that they can be read again, by DSPy too.
// Knows nothing of prompts, which name some types otherwise.
import { type FieldType, type LiteralValue, literalValueText } from "./field-type.ts";
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

/** The type as a signature's text says it: `tuple[int, ...]`, `dspy.Code['python']`. Enums and models stand by their names alone. */
export function typeText(type: FieldType): string {
  switch (type.kind) {
    case "none":
      return "NoneType";
    case "any":
      return "Any";
    case "list":
    case "set":
    case "frozenset":
      return type.item === undefined ? type.kind : `${type.kind}[${argumentText(type.item)}]`;
    case "dict":
      return type.key === undefined || type.value === undefined
        ? "dict"
        : `dict[${argumentText(type.key)}, ${argumentText(type.value)}]`;
    case "tuple":
      return type.items === undefined ? "tuple" : `tuple[${tupleTexts(type.items, type.open).join(", ")}]`;
    case "union":
      return `Union[${type.members.map(typeText).join(", ")}]`;
    case "literal":
      return `Literal[${type.values.map(literalText).join(", ")}]`;
    case "enum":
    case "model":
      return type.name;
    case "custom":
      // The module's name, since DSPy reads these types by no other.
      return `dspy.${type.custom}${type.name.startsWith(CODE_IN) ? `[${quoted(type.name.slice(CODE_IN.length))}]` : ""}`;
    default:
      return type.kind;
  }
}

/** How the name of a `Code` that says its language begins. */
const CODE_IN = "Code_";
const ESCAPE_OF: ReadonlyMap<string, string> = new Map(
  [...ESCAPES].filter(([, char]) => char !== "" && char !== '"').map(([letter, char]) => [char, `\\${letter}`]),
);

function tupleTexts(items: readonly FieldType[], open: true | undefined): string[] {
  const texts = items.length === 0 ? ["()"] : items.map(argumentText);
  return open === undefined ? texts : [...texts, "..."];
}

function argumentText(type: FieldType): string {
  return type.kind === "none" ? "None" : typeText(type);
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
