// The declarations of the enums and models in a signature, so that its text can be read again by whoever has only a file.
// Knows nothing of files. The way back from `declared-types.ts`.
import { partsOf } from "./custom-types.ts";
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
  if (type.kind === "enum") found.set(type.name, enumDeclaration(type));
  if (type.kind === "model") {
    // Its fields may lead back to it.
    if (found.has(type.name)) return;
    found.set(type.name, modelDeclaration(type));
  }
  for (const part of partsOf(type)) if (part !== undefined) declare(part, found);
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
