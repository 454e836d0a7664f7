// The compact type language of the BAML adapter.
// Knows nothing of prompts.
import { formatFailed } from "./errors.ts";
import { type FieldType, literalValueText, type ModelType, typeName } from "./field-type.ts";

const INDENT = "  ";

/** A field's type: `string[]`, `int or null`, `{ … }`. Throws PROGRAM_FORMAT_FAILED for a model that holds itself. */
export function bamlType(field: string, type: FieldType, isStrict: boolean): string {
  return new BamlWriter(field, isStrict).type(type, 0, []);
}

class BamlWriter {
  readonly #field: string;
  /** DSPy takes a model that stands in two places for one that holds itself. */
  readonly #isStrict: boolean;
  readonly #written: ModelType[] = [];

  constructor(field: string, isStrict: boolean) {
    this.#field = field;
    this.#isStrict = isStrict;
  }

  type(type: FieldType, indent: number, above: readonly ModelType[]): string {
    switch (type.kind) {
      case "str":
        return "string";
      case "bool":
        return "boolean";
      case "model":
        return this.#model(type, indent, above);
      case "custom":
        return this.#model(type.shape, indent, above);
      case "union":
        return this.#union(type.members, indent, above);
      case "literal":
        return type.values.map((value) => `"${literalValueText(value)}"`).join(" or ");
      case "list":
        return type.item === undefined ? "list" : this.#list(type.item, indent, above);
      case "dict":
        if (type.key === undefined || type.value === undefined) return "dict";
        return `dict[${this.type(type.key, indent, above)}, ${this.type(type.value, indent, above)}]`;
      case "tuple":
      case "set":
      case "frozenset":
        return type.kind;
      default:
        return typeName(type);
    }
  }

  #docOf(model: ModelType): string | undefined {
    return model.doc ?? (this.#isStrict ? model.dspyDoc : undefined);
  }

  #union(members: readonly FieldType[], indent: number, above: readonly ModelType[]): string {
    const others = members.filter((member) => member.kind !== "none").map((member) => this.type(member, indent, above));
    return `${others.join(" or ")}${others.length < members.length ? " or null" : ""}`;
  }

  #list(item: FieldType, indent: number, above: readonly ModelType[]): string {
    const model = item.kind === "custom" ? item.shape : item;
    if (model.kind !== "model") return `${this.type(item, indent, above)}[]`;
    return `[\n${this.#model(model, indent + 1, above)}\n${INDENT.repeat(indent)}]`;
  }

  #model(model: ModelType, indent: number, above: readonly ModelType[]): string {
    if (above.includes(model) || (this.#isStrict && this.#written.includes(model))) {
      throw formatFailed(
        this.#field,
        `the model ${model.name} holds itself, which this adapter cannot show; use another`,
      );
    }
    this.#written.push(model);
    const margin = INDENT.repeat(indent);
    const inner = INDENT.repeat(indent + 1);
    const lines = indent === 0 ? comments(this.#docOf(model), margin) : [];
    lines.push(`${margin}{`);
    if (model.fields.length === 0) lines.push(`${inner}# No fields defined`);
    for (const { name, type, desc } of model.fields) {
      if (desc !== undefined && desc !== "") lines.push(`${inner}# ${desc}`);
      const shown = onlyModel(type);
      if (shown !== undefined) lines.push(...comments(this.#docOf(shown), inner));
      lines.push(`${inner}${name}: ${this.type(type, indent + 1, [...above, model])},`);
    }
    lines.push(`${margin}}`);
    return lines.join("\n");
  }
}

function comments(doc: string | undefined, margin: string): string[] {
  const lines = (doc ?? "").split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "").map((line) => `${margin}# ${line}`);
}

function onlyModel(type: FieldType): ModelType | undefined {
  const members = type.kind === "union" ? type.members.filter((member) => member.kind !== "none") : [type];
  const [only] = members;
  if (members.length !== 1) return undefined;
  return only?.kind === "model" ? only : only?.kind === "custom" ? only.shape : undefined;
}
