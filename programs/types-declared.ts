// The declarations of the enums and models in a signature, so that its text can be read again by whoever has only a file.
// Knows nothing of files. The way back from `declared-types.ts`.
import type { DeclaredTypes, EnumDeclaration, ModelDeclaration, ModelFieldOptions } from "./declared-types.ts";
import type { EnumType, FieldType, ModelField, ModelType } from "./field-type.ts";
import type { AnySignature } from "./signature.ts";
import { typeText } from "./type-text.ts";

/** What `types` has to say for the signature's text to be read; undefined where it says all itself. */
export function typesDeclared(signature: AnySignature): DeclaredTypes | undefined {
  const found = new Map<string, EnumDeclaration | ModelDeclaration>();
  for (const { type } of signature.fields) declare(type, found);
  return found.size === 0 ? undefined : Object.fromEntries(found);
}

function declare(type: FieldType, found: Map<string, EnumDeclaration | ModelDeclaration>): void {
  switch (type.kind) {
    case "enum":
      found.set(type.name, enumDeclaration(type));
      return;
    case "model": {
      if (found.has(type.name)) return;
      // Before its fields are looked at, which may lead back to it.
      found.set(type.name, modelDeclaration(type));
      for (const field of type.fields) declare(field.type, found);
      return;
    }
    case "list":
    case "set":
    case "frozenset":
      if (type.item !== undefined) declare(type.item, found);
      return;
    case "dict":
      if (type.key !== undefined) declare(type.key, found);
      if (type.value !== undefined) declare(type.value, found);
      return;
    case "tuple":
      for (const item of type.items ?? []) declare(item, found);
      return;
    case "union":
      for (const member of type.members) declare(member, found);
      return;
    default:
  }
}

function enumDeclaration({ members }: EnumType): EnumDeclaration {
  return { declares: "enum", members };
}

function modelDeclaration({ doc, fields }: ModelType): ModelDeclaration {
  return {
    declares: "model",
    fields: Object.fromEntries(fields.map((field) => [field.name, fieldDeclaration(field)])),
    ...(doc === undefined ? {} : { doc }),
  };
}

function fieldDeclaration({ type, desc, default: fallback }: ModelField): ModelFieldOptions {
  return {
    type: typeText(type),
    ...(desc === undefined ? {} : { desc }),
    ...(fallback === undefined ? {} : { default: fallback.value }),
  };
}
