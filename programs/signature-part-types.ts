// What a signature's parts look like, and what the compiler makes of them.
// Knows nothing of run time; `signature-parts.ts` reads the same there.
import type { DeclaredTypes } from "./declared-types.ts";
import type { FieldOptions, ReadonlyDeep } from "./field.ts";
import type { CheckedType, TypeOf } from "./signature-type-text.ts";
import type { OmittableNulls, Simplify } from "./signature-types.ts";
import type { SchemaInput, SchemaOutput, StandardSchema } from "./standard-schema.ts";

/** A field: the text of its type, a Standard Schema, or an object that says either and more. */
export type FieldSaid = string | StandardSchema | (FieldOptions & { readonly type?: string });

/** The fields of one side by name. */
export interface FieldParts {
  readonly [name: string]: FieldSaid;
}

/** One side: its fields, or one schema of an object. */
export type SideParts = FieldParts | StandardSchema<object>;

/** The parts of a signature. */
export interface SignatureParts<Types extends DeclaredTypes = DeclaredTypes> {
  readonly inputs: SideParts;
  readonly outputs: SideParts;
  /** What is to be done. Default: "Given the fields `a`, produce the fields `b`." */
  readonly instructions?: string;
  /** Enums and models that type texts name. Default: none. */
  readonly types?: Types;
}

/** The inputs that parts ask for. */
export type InputsOfParts<Parts extends SignatureParts, Known> =
  Parts["inputs"] extends StandardSchema<infer Input, infer _>
    ? AsObject<Input>
    : OmittableNulls<
        {
          -readonly [Name in keyof Parts["inputs"] as HasDefault<Parts["inputs"][Name]> extends true
            ? never
            : Name]: ValueOf<Parts["inputs"][Name], "input", Known>;
        } & {
          -readonly [Name in keyof Parts["inputs"] as HasDefault<Parts["inputs"][Name]> extends true
            ? Name
            : never]?: ValueOf<Parts["inputs"][Name], "input", Known>;
        }
      >;

/** The outputs that parts promise. */
export type OutputsOfParts<Parts extends SignatureParts, Known> =
  Parts["outputs"] extends StandardSchema<infer _, infer Output>
    ? AsObject<Output>
    : Simplify<{
        -readonly [Name in keyof Parts["outputs"]]: ValueOf<Parts["outputs"][Name], "output", Known>;
      }>;

/** Parts as they are, with a sentence in place of each type text that is none. */
export interface CheckedParts<Parts extends SignatureParts, Known> {
  readonly inputs: CheckedSide<Parts["inputs"], Known>;
  readonly outputs: CheckedSide<Parts["outputs"], Known>;
}

type CheckedSide<Said, Known> =
  Said extends StandardSchema<infer _, infer __>
    ? Said
    : { readonly [Name in keyof Said]: CheckedField<Said[Name], Known> };

type CheckedField<Said, Known> = Said extends string
  ? CheckedType<Said, Known>
  : Said extends StandardSchema<infer _, infer __>
    ? Said
    : Said extends { readonly type: infer Type extends string }
      ? Said & { readonly type: CheckedType<Type, Known> } & CheckedDefault<Said, TypeOf<Type, Known>>
      : Said & CheckedDefault<Said, string>;

// What is beside a schema, the schema alone can say.
type CheckedDefault<Said, Value> = Said extends { readonly schema: StandardSchema }
  ? unknown
  : Said extends { readonly default: infer Default }
    ? Default extends ReadonlyDeep<Value>
      ? unknown
      : { readonly default: "The default does not fit the field's type." }
    : unknown;

type ValueOf<Said, Side extends "input" | "output", Known> = Said extends string
  ? TypeOf<Said, Known>
  : Said extends StandardSchema<infer _, infer __>
    ? SideOf<Said, Side>
    : Said extends { readonly schema: infer Schema extends StandardSchema }
      ? SideOf<Schema, Side>
      : Said extends { readonly type: infer Type extends string }
        ? TypeOf<Type, Known>
        : string;

type SideOf<Schema, Side extends "input" | "output"> = Side extends "input"
  ? SchemaInput<Schema>
  : SchemaOutput<Schema>;

type HasDefault<Said> = Said extends { readonly default: unknown } ? true : false;

type AsObject<Type> = Type extends object ? Type : never;
