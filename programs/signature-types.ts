// Reads signature strings at compile time: "question: str -> answer: str, sure: float" becomes the types of inputs and outputs.
// Knows nothing of run time; `signature-text.ts` reads the same grammar there. The one file where types are programs.
import type { EnumDeclaration, ModelDeclaration, ModelFieldOptions } from "./declared-types.ts";
import type { UnknownType } from "./signature-messages.ts";
import type {
  Digit,
  Ellipsis,
  Examples,
  Fail,
  NotInNames,
  PlainTypes,
  ReadWord,
  StripModule,
  Trim,
  TrimStart,
  White,
} from "./signature-type-words.ts";

/** No types of one's own. */
export type NoTypes = Record<never, never>;

/** The inputs that a signature string asks for. */
export type InputsOf<Text extends string, Known = NoTypes> = string extends Text
  ? Record<string, unknown>
  : ReadSignature<Text, Known> extends { inputs: infer Inputs extends object }
    ? OmittableNulls<ResolvedFields<Inputs, Known>>
    : never;

/** The outputs that a signature string promises. */
export type OutputsOf<Text extends string, Known = NoTypes> = string extends Text
  ? Record<string, unknown>
  : ReadSignature<Text, Known> extends { outputs: infer Outputs extends object }
    ? Simplify<ResolvedFields<Outputs, Known>>
    : never;

/** The text itself where it is a signature, else a sentence that says what is wrong with it, for the compiler to print. */
export type CheckedSignature<Text extends string, Known = NoTypes> = string extends Text
  ? Text
  : ReadSignature<Text, Known> extends { error: infer Message extends string }
    ? Message
    : Text;

/** The type that a field's type text stands for: `TypeOf<"list[str]">` is `string[]`. */
export type TypeOf<Text extends string, Known = NoTypes> = string extends Text
  ? unknown
  : ReadWholeType<Text, Known> extends { type: infer Type }
    ? Resolved<Type, Known>
    : never;

/** A type text itself where it is one, else a sentence that says what is wrong with it. */
export type CheckedType<Text extends string, Known = NoTypes> = string extends Text
  ? Text
  : ReadWholeType<Text, Known> extends { error: infer Message extends string }
    ? Message
    : Text;

/** An object type as one flat literal, so that a hover shows its properties and not how they were put together. */
export type Simplify<Type> = { [Key in keyof Type]: Type[Key] } & unknown;

/** Outputs with further ones in front, as `chainOfThought` has them. */
export type Prepended<First extends object, Rest extends object> = Simplify<First & Rest>;

/** Inputs whose value may be null may be left out, as in DSPy. `unknown` (Any) may not. */
type OmittableNulls<Inputs> = Simplify<
  {
    [Key in keyof Inputs as MayBeNull<Inputs[Key]> extends true ? never : Key]: Inputs[Key];
  } & {
    [Key in keyof Inputs as MayBeNull<Inputs[Key]> extends true ? Key : never]?: Inputs[Key];
  }
>;

type NoFields = Record<never, never>;

type MayBeNull<Type> = unknown extends Type ? false : null extends Type ? true : false;

// ── the whole: inputs -> outputs ────────────────────────────────────────────────────────────────────────────────────────────

type ReadSignature<Text extends string, Known> = Text extends `${infer Left}->${infer Right}`
  ? Right extends `${string}->${string}`
    ? Fail<"A signature has exactly one '->' between its inputs and its outputs; this one has several.">
    : ReadBoth<ReadFields<Left, NoFields, Known>, Right, Known>
  : Fail<"A signature has one '->' between its inputs and its outputs, like \"question: str -> answer: str\"; this one has none.">;

type ReadBoth<Inputs, Right extends string, Known> = Inputs extends { error: string }
  ? Inputs
  : JoinSides<Inputs, ReadFields<Right, NoFields, Known>>;

type JoinSides<Inputs, Outputs> = Outputs extends { error: string }
  ? Outputs
  : keyof Outputs extends never
    ? Fail<"A signature has an output field behind '->', like \"question -> answer\"; this one has none.">
    : keyof Inputs & keyof Outputs extends never
      ? { inputs: Inputs; outputs: Outputs }
      : Fail<`The field '${keyof Inputs & keyof Outputs & string}' is on both sides of '->'; inputs and outputs need names of their own.`>;

// ── fields: name [":" type], separated by commas ────────────────────────────────────────────────────────────────────────────

type ReadFields<Text extends string, Fields, Known> =
  TrimStart<Text> extends infer Rest extends string
    ? Rest extends ""
      ? Fields
      : Rest extends `${infer Before}:${infer After}`
        ? Before extends `${infer Name},${infer Next}`
          ? AddField<Name, string, `${Next}:${After}`, Fields, Known>
          : AddTyped<Before, ReadType<After, Known>, Fields, Known>
        : Rest extends `${infer Name},${infer Next}`
          ? AddField<Name, string, Next, Fields, Known>
          : AddField<Rest, string, "", Fields, Known>
    : never;

type AddTyped<Name extends string, Read, Fields, Known> = Read extends { error: string }
  ? Read
  : Read extends { type: infer Type; rest: infer Rest extends string }
    ? TrimStart<Rest> extends `,${infer Next}`
      ? AddField<Name, Type, Next, Fields, Known>
      : TrimStart<Rest> extends ""
        ? AddField<Name, Type, "", Fields, Known>
        : Fail<`Expected ',' or the end after the type of '${Trim<Name>}', found '${TrimStart<Rest>}'.`>
    : never;

type AddField<RawName extends string, Type, Next extends string, Fields, Known> =
  Trim<RawName> extends infer Name extends string
    ? Name extends ""
      ? Fail<"A field needs a name; there is an empty place between two commas or before a ':'.">
      : Name extends `${string}${White}${string}` | `${Digit}${string}` | `${string}${NotInNames}${string}`
        ? Fail<`'${Name}' is not a field name; use letters, digits and '_', not starting with a digit, and separate fields by ','.`>
        : Name extends keyof Fields
          ? Fail<`The field '${Name}' is there twice.`>
          : ReadFields<Next, Fields & { [Key in Name]: Type }, Known>
    : never;

// ── types: term ("|" term)* ─────────────────────────────────────────────────────────────────────────────────────────────────

type ReadWholeType<Text extends string, Known> =
  ReadType<Text, Known> extends infer Read
    ? Read extends { rest: infer Rest extends string }
      ? TrimStart<Rest> extends ""
        ? Read
        : Fail<`Expected the end of the type, found '${TrimStart<Rest>}'.`>
      : Read
    : never;

type ReadType<Text extends string, Known> = ContinueUnion<ReadTerm<TrimStart<Text>, Known>, Known>;

type ContinueUnion<Read, Known> = Read extends { type: infer Left; rest: infer Rest extends string }
  ? TrimStart<Rest> extends `|${infer Next}`
    ? JoinUnion<Left, ReadType<Next, Known>>
    : Read
  : Read;

type JoinUnion<Left, Read> = Read extends { type: infer Right; rest: infer Rest extends string }
  ? { type: Left | Right; rest: Rest }
  : Read;

type ReadTerm<Text extends string, Known> =
  ReadWord<Text, ""> extends { word: infer Word extends string; rest: infer Rest extends string }
    ? StripModule<Word> extends infer Name extends string
      ? TrimStart<Rest> extends `[${infer Inner}`
        ? ReadGeneric<Name, Inner, Known>
        : Name extends keyof Known
          ? { type: Named<Name>; rest: Rest }
          : Name extends keyof PlainTypes
            ? { type: PlainTypes[Name]; rest: Rest }
            : Name extends "Optional" | "Union" | "Literal"
              ? Fail<`'${Name}' needs its types in brackets, like ${Examples[Name]}.`>
              : Fail<UnknownType<Name>>
      : never
    : never;

// ── types of one's own ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Stands for a declared type while a text is read: were the type itself carried along, one that leads back to itself would be read without end. */
interface Named<Name> {
  readonly named: Name;
}

type ResolvedFields<Fields, Known> = { [Name in keyof Fields]: Resolved<Fields[Name], Known> };

type Resolved<Type, Known> = [keyof Known] extends [never] ? Type : ResolvedPart<Type, Known>;

type ResolvedPart<Type, Known> = unknown extends Type
  ? Type
  : Type extends Named<infer Name extends keyof Known>
    ? Declared<Known[Name], Known>
    : Type extends object
      ? { [Part in keyof Type]: ResolvedPart<Type[Part], Known> }
      : Type;

type Declared<Declaration, Known> =
  Declaration extends EnumDeclaration<infer Value>
    ? Value
    : Declaration extends ModelDeclaration<infer Fields>
      ? { -readonly [Name in keyof Fields]: TypeOf<TypeTextOf<Fields[Name]>, Known> }
      : unknown;

type TypeTextOf<Said> = Said extends string ? Said : Said extends ModelFieldOptions ? Said["type"] : string;

type ReadGeneric<Name extends string, Inner extends string, Known> = Name extends "Literal"
  ? ReadLiteral<TrimStart<Inner>, never>
  : Name extends "Code"
    ? AsText<ReadLiteral<TrimStart<Inner>, never>>
    : Name extends "list" | "List" | "set" | "Set" | "frozenset" | "FrozenSet"
      ? BuildList<Name, ReadArguments<Inner, [], Known>>
      : Name extends "tuple" | "Tuple"
        ? BuildTuple<ReadArguments<Inner, [], Known>>
        : Name extends "dict" | "Dict"
          ? BuildDict<ReadArguments<Inner, [], Known>>
          : Name extends "Optional"
            ? BuildOptional<ReadArguments<Inner, [], Known>>
            : Name extends "Union"
              ? BuildUnion<ReadArguments<Inner, [], Known>>
              : Name extends keyof PlainTypes
                ? Fail<`'${Name}' takes no types in brackets.`>
                : Fail<UnknownType<Name>>;

type ReadArguments<Text extends string, Items extends unknown[], Known> =
  TrimStart<Text> extends `...${infer Dots}`
    ? TrimStart<Dots> extends `]${infer After}`
      ? { items: [...Items, Ellipsis]; rest: After }
      : Fail<"Expected ']' after '...'.">
    : ReadType<Text, Known> extends infer Read
      ? Read extends { type: infer Type; rest: infer Rest extends string }
        ? TrimStart<Rest> extends `,${infer Next}`
          ? TrimStart<Next> extends `]${infer After}`
            ? { items: [...Items, Type]; rest: After }
            : ReadArguments<Next, [...Items, Type], Known>
          : TrimStart<Rest> extends `]${infer After}`
            ? { items: [...Items, Type]; rest: After }
            : Fail<`A '[' is not closed; expected ']' or ',' before '${TrimStart<Rest>}'.`>
        : Read
      : never;

type BuildList<Name extends string, Read> = Read extends { items: infer Items; rest: infer Rest extends string }
  ? Items extends [infer Item]
    ? { type: Item[]; rest: Rest }
    : Fail<`'${Name}' takes one type, like ${Name}[str].`>
  : Read;

type AsText<Read> = Read extends { rest: infer Rest } ? { type: string; rest: Rest } : Read;

type BuildTuple<Read> = Read extends { items: infer Items extends unknown[]; rest: infer Rest extends string }
  ? Items extends [infer Item, Ellipsis]
    ? { type: Item[]; rest: Rest }
    : { type: Items; rest: Rest }
  : Read;

type BuildDict<Read> = Read extends { items: infer Items; rest: infer Rest extends string }
  ? Items extends [infer Key, infer Value]
    ? { type: Record<Key extends string | number ? Key : string, Value>; rest: Rest }
    : Fail<"'dict' takes two types, like dict[str, int].">
  : Read;

type BuildOptional<Read> = Read extends { items: infer Items; rest: infer Rest extends string }
  ? Items extends [infer Item]
    ? { type: Item | null; rest: Rest }
    : Fail<"'Optional' takes one type, like Optional[str].">
  : Read;

type BuildUnion<Read> = Read extends { items: infer Items extends unknown[]; rest: infer Rest extends string }
  ? { type: Items[number]; rest: Rest }
  : Read;

// ── Literal['a', "b", 3, True] ──────────────────────────────────────────────────────────────────────────────────────────────

type ReadLiteral<Text extends string, Values> = Text extends `]${infer Rest}`
  ? [Values] extends [never]
    ? Fail<"'Literal' needs at least one value, like Literal['yes', 'no'].">
    : { type: Values; rest: Rest }
  : Text extends `'${infer Value}'${infer Rest}`
    ? NextLiteral<TrimStart<Rest>, Values | Unescaped<Value>>
    : Text extends `"${infer Value}"${infer Rest}`
      ? NextLiteral<TrimStart<Rest>, Values | Unescaped<Value>>
      : ReadWord<Text, ""> extends { word: infer Word; rest: infer Rest extends string }
        ? Word extends keyof Constants
          ? NextLiteral<TrimStart<Rest>, Values | Constants[Word]>
          : Word extends `${infer Value extends number}`
            ? NextLiteral<TrimStart<Rest>, Values | Value>
            : Fail<`Expected a quoted string, a whole number, True, False or None in Literal[…], found '${Text}'.`>
        : never;

type NextLiteral<Text extends string, Values> = Text extends `,${infer Next}`
  ? ReadLiteral<TrimStart<Next>, Values>
  : Text extends `]${string}`
    ? ReadLiteral<Text, Values>
    : Fail<`Expected ',' or ']' in Literal[…], found '${Text}'.`>;

// A value with an escape in it is only known to be text: unescaping belongs to the run time.
type Unescaped<Value extends string> = Value extends `${string}\\${string}` ? string : Value;

interface Constants {
  True: true;
  False: false;
  None: null;
}
