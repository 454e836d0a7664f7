// Reads signature strings at compile time: "question: str -> answer: str, sure: float" becomes the types of inputs and outputs.
// Knows nothing of run time; `signature-text.ts` reads the same grammar there. The one file where types are programs.
import type { UnknownType } from "./signature-messages.ts";

/** The inputs that a signature string asks for. */
export type InputsOf<Text extends string> = string extends Text
  ? Record<string, unknown>
  : ReadSignature<Text> extends { inputs: infer Inputs extends object }
    ? OmittableNulls<Inputs>
    : never;

/** The outputs that a signature string promises. */
export type OutputsOf<Text extends string> = string extends Text
  ? Record<string, unknown>
  : ReadSignature<Text> extends { outputs: infer Outputs extends object }
    ? Simplify<Outputs>
    : never;

/** The text itself where it is a signature, else a sentence that says what is wrong with it, for the compiler to print. */
export type CheckedSignature<Text extends string> = string extends Text
  ? Text
  : ReadSignature<Text> extends { error: infer Message extends string }
    ? Message
    : Text;

/** The type that a field's type text stands for: `TypeOf<"list[str]">` is `string[]`. */
export type TypeOf<Text extends string> = string extends Text
  ? unknown
  : ReadWholeType<Text> extends { type: infer Type }
    ? Type
    : never;

/** A type text itself where it is one, else a sentence that says what is wrong with it. */
export type CheckedType<Text extends string> = string extends Text
  ? Text
  : ReadWholeType<Text> extends { error: infer Message extends string }
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

type ReadSignature<Text extends string> = Text extends `${infer Left}->${infer Right}`
  ? Right extends `${string}->${string}`
    ? Fail<"A signature has exactly one '->' between its inputs and its outputs; this one has several.">
    : ReadBoth<ReadFields<Left, NoFields>, Right>
  : Fail<"A signature has one '->' between its inputs and its outputs, like \"question: str -> answer: str\"; this one has none.">;

type ReadBoth<Inputs, Right extends string> = Inputs extends { error: string }
  ? Inputs
  : JoinSides<Inputs, ReadFields<Right, NoFields>>;

type JoinSides<Inputs, Outputs> = Outputs extends { error: string }
  ? Outputs
  : keyof Inputs & keyof Outputs extends never
    ? { inputs: Inputs; outputs: Outputs }
    : Fail<`The field '${keyof Inputs & keyof Outputs & string}' is on both sides of '->'; inputs and outputs need names of their own.`>;

// ── fields: name [":" type], separated by commas ────────────────────────────────────────────────────────────────────────────

type ReadFields<Text extends string, Fields> =
  TrimStart<Text> extends infer Rest extends string
    ? Rest extends ""
      ? Fields
      : Rest extends `${infer Before}:${infer After}`
        ? Before extends `${infer Name},${infer Next}`
          ? AddField<Name, string, `${Next}:${After}`, Fields>
          : AddTyped<Before, ReadType<After>, Fields>
        : Rest extends `${infer Name},${infer Next}`
          ? AddField<Name, string, Next, Fields>
          : AddField<Rest, string, "", Fields>
    : never;

type AddTyped<Name extends string, Read, Fields> = Read extends { error: string }
  ? Read
  : Read extends { type: infer Type; rest: infer Rest extends string }
    ? TrimStart<Rest> extends `,${infer Next}`
      ? AddField<Name, Type, Next, Fields>
      : TrimStart<Rest> extends ""
        ? AddField<Name, Type, "", Fields>
        : Fail<`Expected ',' or the end after the type of '${Trim<Name>}', found '${TrimStart<Rest>}'.`>
    : never;

type AddField<RawName extends string, Type, Next extends string, Fields> =
  Trim<RawName> extends infer Name extends string
    ? Name extends ""
      ? Fail<"A field needs a name; there is an empty place between two commas or before a ':'.">
      : Name extends `${string}${White}${string}` | `${Digit}${string}` | `${string}${NotInNames}${string}`
        ? Fail<`'${Name}' is not a field name; use letters, digits and '_', not starting with a digit, and separate fields by ','.`>
        : Name extends keyof Fields
          ? Fail<`The field '${Name}' is there twice.`>
          : ReadFields<Next, Fields & { [Key in Name]: Type }>
    : never;

// ── types: term ("|" term)* ─────────────────────────────────────────────────────────────────────────────────────────────────

type ReadWholeType<Text extends string> =
  ReadType<Text> extends infer Read
    ? Read extends { rest: infer Rest extends string }
      ? TrimStart<Rest> extends ""
        ? Read
        : Fail<`Expected the end of the type, found '${TrimStart<Rest>}'.`>
      : Read
    : never;

type ReadType<Text extends string> = ContinueUnion<ReadTerm<TrimStart<Text>>>;

type ContinueUnion<Read> = Read extends { type: infer Left; rest: infer Rest extends string }
  ? TrimStart<Rest> extends `|${infer Next}`
    ? JoinUnion<Left, ReadType<Next>>
    : Read
  : Read;

type JoinUnion<Left, Read> = Read extends { type: infer Right; rest: infer Rest extends string }
  ? { type: Left | Right; rest: Rest }
  : Read;

type ReadTerm<Text extends string> =
  ReadWord<Text, ""> extends { word: infer Word extends string; rest: infer Rest extends string }
    ? StripTyping<Word> extends infer Name extends string
      ? TrimStart<Rest> extends `[${infer Inner}`
        ? ReadGeneric<Name, Inner>
        : Name extends keyof PlainTypes
          ? { type: PlainTypes[Name]; rest: Rest }
          : Name extends "Optional" | "Union" | "Literal"
            ? Fail<`'${Name}' needs its types in brackets, like ${Examples[Name]}.`>
            : Fail<UnknownType<Name>>
      : never
    : never;

interface PlainTypes {
  str: string;
  int: number;
  float: number;
  bool: boolean;
  None: null;
  NoneType: null;
  Any: unknown;
  list: unknown[];
  List: unknown[];
  dict: Record<string, unknown>;
  Dict: Record<string, unknown>;
}

interface Examples {
  Optional: "Optional[str]";
  Union: "Union[int, str]";
  Literal: "Literal['yes', 'no']";
}

type ReadGeneric<Name extends string, Inner extends string> = Name extends "Literal"
  ? ReadLiteral<TrimStart<Inner>, never>
  : Name extends "list" | "List"
    ? BuildList<ReadArguments<Inner, []>>
    : Name extends "dict" | "Dict"
      ? BuildDict<ReadArguments<Inner, []>>
      : Name extends "Optional"
        ? BuildOptional<ReadArguments<Inner, []>>
        : Name extends "Union"
          ? BuildUnion<ReadArguments<Inner, []>>
          : Name extends keyof PlainTypes
            ? Fail<`'${Name}' takes no types in brackets.`>
            : Fail<UnknownType<Name>>;

type ReadArguments<Text extends string, Items extends unknown[]> =
  ReadType<Text> extends infer Read
    ? Read extends { type: infer Type; rest: infer Rest extends string }
      ? TrimStart<Rest> extends `,${infer Next}`
        ? TrimStart<Next> extends `]${infer After}`
          ? { items: [...Items, Type]; rest: After }
          : ReadArguments<Next, [...Items, Type]>
        : TrimStart<Rest> extends `]${infer After}`
          ? { items: [...Items, Type]; rest: After }
          : Fail<`A '[' is not closed; expected ']' or ',' before '${TrimStart<Rest>}'.`>
      : Read
    : never;

type BuildList<Read> = Read extends { items: infer Items; rest: infer Rest extends string }
  ? Items extends [infer Item]
    ? { type: Item[]; rest: Rest }
    : Fail<"'list' takes one type, like list[str].">
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

// ── words, white space, messages ────────────────────────────────────────────────────────────────────────────────────────────

type White = " " | "\n" | "\t" | "\r" | "\f";
type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
type NotInNames =
  | "-"
  | ">"
  | "["
  | "]"
  | "("
  | ")"
  | "{"
  | "}"
  | "'"
  | '"'
  | "."
  | "*"
  | "="
  | "|"
  | "/"
  | "?"
  | "!"
  | ";";
type EndsWord = White | "[" | "]" | "," | "|" | ":" | "'" | '"' | "=" | "(" | ")" | "{" | "}" | ";";

type TrimStart<Text extends string> = Text extends `${White}${infer Rest}` ? TrimStart<Rest> : Text;
type TrimEnd<Text extends string> = Text extends `${infer Rest}${White}` ? TrimEnd<Rest> : Text;
type Trim<Text extends string> = TrimEnd<TrimStart<Text>>;

type ReadWord<Text extends string, Word extends string> = Text extends `${infer Char}${infer Rest}`
  ? Char extends EndsWord
    ? { word: Word; rest: Text }
    : ReadWord<Rest, `${Word}${Char}`>
  : { word: Word; rest: "" };

type StripTyping<Word extends string> = Word extends `typing.${infer Name}` ? Name : Word;

type Fail<Message extends string> = { error: Message };
