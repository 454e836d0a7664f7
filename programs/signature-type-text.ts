// Reads the type texts of signature strings at compile time: "list[str]" becomes `string[]`.
// Knows no fields. Like `signature-types.ts`, a file where types are programs.
import type { EnumDeclaration, ModelDeclaration, ModelFieldOptions } from "./declared-types.ts";
import type { ReadLiteral, ReadQuoted } from "./signature-literal-types.ts";
import type { UnknownType } from "./signature-messages.ts";
import type { Ellipsis, Examples, Fail, PlainTypes, ReadWord, StripModule, TrimStart } from "./signature-type-words.ts";

/** The type that a field's type text stands for: `TypeOf<"list[str]">` is `string[]`. */
export type TypeOf<Text extends string, Known = Record<never, never>> = string extends Text
  ? unknown
  : ReadWholeType<Text, Known> extends { type: infer Type }
    ? Resolved<Type, Known>
    : never;

/** A type text itself where it is one, else a sentence that says what is wrong with it. */
export type CheckedType<Text extends string, Known = Record<never, never>> = string extends Text
  ? Text
  : ReadWholeType<Text, Known> extends { error: infer Message extends string }
    ? Message
    : Text;

// ── types: term ("|" term)* ─────────────────────────────────────────────────────────────────────────────────────────────────

type ReadWholeType<Text extends string, Known> =
  ReadType<Text, Known> extends infer Read
    ? Read extends { rest: infer Rest extends string }
      ? TrimStart<Rest> extends ""
        ? Read
        : Fail<`Expected the end of the type, found '${TrimStart<Rest>}'.`>
      : Read
    : never;

/** Reads a type; answers it and the text behind it. */
export type ReadType<Text extends string, Known> = ContinueUnion<ReadTerm<TrimStart<Text>, Known>, Known>;

/** The same of a field's type, which is not in quotes as a whole: DSPy would take it for a text. */
export type ReadFieldType<Text extends string, Known> =
  TrimStart<Text> extends `${"'" | '"'}${string}`
    ? OnlyInUnion<ReadTerm<TrimStart<Text>, Known>, Known>
    : ReadType<Text, Known>;

type OnlyInUnion<Read, Known> = Read extends { rest: infer Rest extends string }
  ? TrimStart<Rest> extends `|${string}`
    ? ContinueUnion<Read, Known>
    : Fail<"Expected a type; one in quotes stands only inside of another.">
  : Read;

type ContinueUnion<Read, Known> = Read extends { type: infer Left; rest: infer Rest extends string }
  ? TrimStart<Rest> extends `|${infer Next}`
    ? JoinUnion<Left, ReadType<Next, Known>>
    : Read
  : Read;

type JoinUnion<Left, Read> = Read extends { type: infer Right; rest: infer Rest extends string }
  ? { type: Left | Right; rest: Rest }
  : Read;

type ReadTerm<Text extends string, Known> = Text extends `(${infer Inner}`
  ? CloseParenthesis<ReadType<Inner, Known>>
  : Text extends `${infer Quote extends "'" | '"'}${infer Quoted}`
    ? ReadQuotedType<ReadQuoted<Quoted, Quote, "">, Known>
    : ReadNamed<Text, Known>;

// A type in quotes, as Python lets types be named before they are there.
type ReadQuotedType<Read, Known> = Read extends { value: infer Value extends string; rest: infer Rest extends string }
  ? ReadWholeType<Value, Known> extends infer Inner
    ? Inner extends { type: infer Type }
      ? { type: Type; rest: Rest }
      : Inner
    : never
  : Fail<"A type in quotes is not closed.">;

type CloseParenthesis<Read> = Read extends { type: infer Type; rest: infer Rest extends string }
  ? TrimStart<Rest> extends `)${infer After}`
    ? { type: Type; rest: After }
    : Fail<`A '(' is not closed; expected ')' before '${TrimStart<Rest>}'.`>
  : Read;

type ReadNamed<Text extends string, Known> =
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

/** Fields whose declared types are put in. */
export type ResolvedFields<Fields, Known> = { [Name in keyof Fields]: Resolved<Fields[Name], Known> };

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
        ? ReadTuple<Inner, Known>
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
  TrimStart<Text> extends `(${infer Inner}`
    ? ReadFirst<ReadType<Inner, Known>, Items, Known>
    : ReadItems<Text, "]", Items, Known>;

// A parenthesis in front holds the first type, or all of them.
type ReadFirst<Read, Items extends unknown[], Known> = Read extends {
  type: infer Type;
  rest: infer Rest extends string;
}
  ? TrimStart<Rest> extends `,${infer Next}`
    ? CloseItems<
        TrimStart<Next> extends `)${infer After}` ? { items: [Type]; rest: After } : ReadItems<Next, ")", [Type], Known>
      >
    : NextItem<ContinueUnion<CloseParenthesis<Read>, Known>, "]", Items, Known>
  : Read;

type CloseItems<Read> = Read extends { items: infer Items; rest: infer Rest extends string }
  ? TrimStart<Rest> extends `]${infer After}`
    ? { items: Items; rest: After }
    : Fail<`Expected ']' behind the types in parentheses, found '${TrimStart<Rest>}'.`>
  : Read;

type ReadItems<Text extends string, Close extends string, Items extends unknown[], Known> =
  TrimStart<Text> extends `...${infer Dots}`
    ? TrimStart<Dots> extends `${Close}${infer After}`
      ? { items: [...Items, Ellipsis]; rest: After }
      : Fail<`Expected '${Close}' after '...'.`>
    : NextItem<ReadType<Text, Known>, Close, Items, Known>;

type NextItem<Read, Close extends string, Items extends unknown[], Known> = Read extends {
  type: infer Type;
  rest: infer Rest extends string;
}
  ? TrimStart<Rest> extends `,${infer Next}`
    ? TrimStart<Next> extends `${Close}${infer After}`
      ? { items: [...Items, Type]; rest: After }
      : ReadItems<Next, Close, [...Items, Type], Known>
    : TrimStart<Rest> extends `${Close}${infer After}`
      ? { items: [...Items, Type]; rest: After }
      : Fail<`A bracket is not closed; expected '${Close}' or ',' before '${TrimStart<Rest>}'.`>
  : Read;

type BuildList<Name extends string, Read> = Read extends { items: infer Items; rest: infer Rest extends string }
  ? Items extends [infer Item]
    ? { type: Item[]; rest: Rest }
    : Fail<`'${Name}' takes one type, like ${Name}[str].`>
  : Read;

type AsText<Read> = Read extends { rest: infer Rest } ? { type: string; rest: Rest } : Read;

type ReadTuple<Inner extends string, Known> =
  ReadNothing<TrimStart<Inner>> extends { rest: infer Rest }
    ? { type: []; rest: Rest }
    : BuildTuple<ReadArguments<Inner, [], Known>>;

// The type of the empty tuple is written tuple[()].
type ReadNothing<Text extends string> = Text extends `(${infer Inner}`
  ? TrimStart<Inner> extends `)${infer Behind}`
    ? TrimStart<Behind> extends `]${infer After}`
      ? { rest: After }
      : false
    : false
  : false;

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
