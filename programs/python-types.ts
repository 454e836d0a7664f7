// The types of a signature that its text alone cannot tell Python, as plain data that Python makes types of.
// Knows nothing of values. `python/src/dspex_worker/described_types.py` reads it.
import { holdsKind } from "./custom-types.ts";
import { type EnumType, type FieldType, type ModelField, type ModelType, typeName } from "./field-type.ts";
import type { AnySignature } from "./signature.ts";
import { typeText } from "./type-text.ts";

/** The types of fields, by the fields' names, and the enums and models in them, by names of their own. */
export interface PythonTypes {
  readonly fields: Readonly<Record<string, object>>;
  readonly own: Readonly<Record<string, object>>;
}

/** A signature as Python reads it: a field whose type is among `types` stands in the text with the type `T_` and its name. */
export interface PythonSignature {
  readonly signature: string;
  /** Absent where the text says all. */
  readonly types?: PythonTypes;
}

/** DSPy's strings have no names for these, or values of them cross as something else: JavaScript has no tuples, and writes moments as texts. */
const TOLD: readonly FieldType["kind"][] = [
  "enum",
  "model",
  "custom",
  "datetime",
  "date",
  "time",
  "timedelta",
  "bytes",
  "tuple",
  "set",
  "frozenset",
];

/** How types are named in the text: as signatures write them, with a type behind every field; or as prompts do, without the types that were not said. */
export type Naming = "all" | "said";

/** Writes a signature for Python. */
export function pythonSignature(signature: AnySignature, naming: Naming = "all"): PythonSignature {
  const told = new Map<string, object>();
  const own = new OwnTypes();
  for (const { name, type } of signature.fields) {
    if (holdsKind(type, TOLD)) told.set(name, own.spec(type));
  }
  const typeOf = (type: FieldType): string => (naming === "all" ? typeText(type) : typeName(type));
  const side = (fields: AnySignature["fields"]): string =>
    fields
      .map(({ name, type, typed }) => {
        if (told.has(name)) return `${name}: T_${name}`;
        return typed || naming === "all" ? `${name}: ${typeOf(type)}` : name;
      })
      .join(", ");
  const text = `${side(signature.inputs)} -> ${side(signature.outputs)}`;
  if (told.size === 0) return { signature: text };
  return { signature: text, types: { fields: Object.fromEntries(told), own: own.all() } };
}

/** Enums and models under names that each has alone; a model may lead back to itself. */
class OwnTypes {
  readonly #names = new Map<EnumType | ModelType, string>();
  readonly #specs = new Map<string, object>();

  all(): Readonly<Record<string, object>> {
    return Object.fromEntries(this.#specs);
  }

  spec(type: FieldType): object {
    switch (type.kind) {
      case "enum":
      case "model":
        return { kind: "own", name: this.#named(type) };
      case "custom":
        return { kind: "custom", custom: type.custom, name: type.name };
      case "list":
      case "set":
      case "frozenset":
        return type.item === undefined ? { kind: type.kind } : { kind: type.kind, item: this.spec(type.item) };
      case "dict":
        if (type.key === undefined || type.value === undefined) return { kind: "dict" };
        return { kind: "dict", key: this.spec(type.key), value: this.spec(type.value) };
      case "tuple":
        if (type.items === undefined) return { kind: "tuple" };
        return { kind: "tuple", items: type.items.map((item) => this.spec(item)), isOpen: type.open === true };
      case "union":
        return { kind: "union", members: type.members.map((member) => this.spec(member)), spelling: type.spelling };
      case "literal":
        return { kind: "literal", values: type.values };
      default:
        return { kind: type.kind };
    }
  }

  #named(type: EnumType | ModelType): string {
    const known = this.#names.get(type);
    if (known !== undefined) return known;
    let name = type.name;
    for (let ordinal = 2; this.#specs.has(name); ordinal++) name = `${type.name}_${ordinal}`;
    this.#names.set(type, name);
    // Its place is taken before its fields are looked at, which may lead back to it.
    this.#specs.set(name, {});
    this.#specs.set(name, type.kind === "enum" ? enumSpec(type) : this.#modelSpec(type));
    return name;
  }

  #modelSpec({ name, doc, dspyDoc, fields, isClosed }: ModelType): object {
    const text = doc ?? dspyDoc;
    return {
      kind: "model",
      name,
      ...(text === undefined ? {} : { doc: text }),
      fields: fields.map((field) => this.#fieldSpec(field)),
      isClosed: isClosed === true,
    };
  }

  #fieldSpec({ name, type, desc, default: fallback }: ModelField): object {
    return {
      name,
      type: this.spec(type),
      ...(desc === undefined ? {} : { desc }),
      ...(fallback === undefined ? {} : { default: [fallback.value] }),
    };
  }
}

function enumSpec({ name, members }: EnumType): object {
  return { kind: "enum", name, members: members.map((member) => [member.name, member.value]) };
}
