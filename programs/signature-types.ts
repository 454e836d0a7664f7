// Reads signature strings at compile time: "question: str -> answer: str, sure: float" becomes the types of inputs and outputs.
// Knows nothing of run time; `signature-text.ts` reads the same grammar there. With `signature-type-text.ts`, the place where types are programs.
import type { Compat } from "./compat.ts";
import type { ReadQuoted } from "./signature-literal-types.ts";
import type { ReadFieldType, ResolvedFields } from "./signature-type-text.ts";
import type { Digit, Fail, NotInNames, ReadWord, Trim, TrimStart } from "./signature-type-words.ts";

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
    ? Given<ResolvedFields<Outputs, Known>>
    : never;

/** The text itself where it is a signature, else a sentence that says what is wrong with it, for the compiler to print. Without outputs it is one under `compat` alone. */
export type CheckedSignature<
  Text extends string,
  Known = NoTypes,
  As extends Compat | undefined = undefined,
> = string extends Text
  ? Text
  : ReadSignature<Text, Known> extends infer Read
    ? Read extends { error: infer Message extends string }
      ? Message
      : Read extends { outputs: infer Outputs }
        ? [keyof Outputs, As] extends [never, undefined]
          ? NoOutput
          : Text
        : never
    : never;

type NoOutput = "A signature has an output field behind '->', like \"question -> answer\"; this one has none.";

/** An object type as one flat literal, so that a hover shows its properties and not how they were put together. */
export type Simplify<Type> = { [Key in keyof Type]: Type[Key] } & unknown;

/** Outputs with further ones in front, as `chainOfThought` has them. */
export type Prepended<First extends object, Rest extends object> = Simplify<First & Rest>;

/** Every field there, also one with a default. */
type Given<Fields> = Simplify<{ [Name in keyof Fields]-?: Fields[Name] }>;

/** Inputs whose value may be null may be left out, as in DSPy. `unknown` (Any) may not. */
export type OmittableNulls<Inputs> = Simplify<
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
  : keyof Inputs & keyof Outputs extends never
    ? { inputs: Inputs; outputs: Outputs }
    : Fail<`The field '${keyof Inputs & keyof Outputs & string}' is on both sides of '->'; inputs and outputs need names of their own.`>;

// ── fields: name [":" type] ["=" default], separated by commas ──────────────────────────────────────────────────────────────

type ReadFields<Text extends string, Fields, Known> =
  TrimStart<Text> extends infer Rest extends string
    ? Rest extends ""
      ? Fields
      : ReadWord<Rest, ""> extends { word: infer Name extends string; rest: infer After extends string }
        ? AfterName<Name, TrimStart<After>, Rest, Fields, Known>
        : never
    : never;

type AfterName<
  Name extends string,
  After extends string,
  Whole extends string,
  Fields,
  Known,
> = After extends `:${infer Type}`
  ? AddTyped<Name, ReadFieldType<Type, Known>, Fields, Known>
  : After extends "" | `${"," | "="}${string}`
    ? AfterType<Name, string, After, Fields, Known>
    : NotName<UpToEnd<Whole>>;

type AddTyped<Name extends string, Read, Fields, Known> = Read extends { error: string }
  ? Read
  : Read extends { type: infer Type; rest: infer Rest extends string }
    ? AfterType<Name, Type, TrimStart<Rest>, Fields, Known>
    : never;

type AfterType<Name extends string, Type, After extends string, Fields, Known> = After extends ""
  ? AddField<Name, { [Key in Name]: Type }, "", Fields, Known>
  : After extends `,${infer Next}`
    ? AddField<Name, { [Key in Name]: Type }, Next, Fields, Known>
    : After extends `=${infer Default}`
      ? IsRefused<DefaultValue<Default>, Type> extends true
        ? Fail<`The default of '${Name}' does not fit its type.`>
        : SkipDefault<Default, []> extends infer Next extends string
          ? AddField<Name, { [Key in Name]?: Type }, Next, Fields, Known>
          : Fail<`The default of '${Name}' is not closed.`>
      : Fail<`Expected ',', '=' or the end after the type of '${Name}', found '${After}'.`>;

type AddField<Name extends string, Field, Next extends string, Fields, Known> = Name extends ""
  ? Fail<"A field needs a name; there is an empty place between two commas or before a ':'.">
  : Name extends `${Digit}${string}` | `${string}${NotInNames}${string}`
    ? NotName<Name>
    : Name extends keyof Fields
      ? Fail<`The field '${Name}' is there twice.`>
      : ReadFields<Next, Fields & Field, Known>;

type NotName<Name extends string> =
  Fail<`'${Name}' is not a field name; use letters, digits and '_', not starting with a digit, and separate fields by ','.`>;

type UpToEnd<Text extends string> = Text extends `${infer Before}${"," | ":"}${string}` ? UpToEnd<Before> : Trim<Text>;

// ── defaults: refused where their text shows already that the run time will ─────────────────────────────────────────────────

/** What a default is worth where it is one word or one text. Lists, dicts and texts with escapes are the run time's to read. */
type DefaultValue<Text extends string> =
  TrimStart<Text> extends `${infer Quote extends "'" | '"'}${infer Quoted}`
    ? ReadQuoted<Quoted, Quote, ""> extends { value: infer Value extends string; rest: infer Rest extends string }
      ? [TrimStart<Rest>, Value] extends ["" | `,${string}`, `${string}\\${string}`]
        ? Unseen
        : TrimStart<Rest> extends "" | `,${string}`
          ? Value
          : Unseen
      : Unseen
    : Trim<Text extends `${infer Before},${string}` ? Before : Text> extends infer Word
      ? Word extends keyof Words
        ? Words[Word]
        : Word extends `${number}`
          ? number
          : Unseen
      : never;

interface Words {
  None: null;
  True: true;
  False: false;
}

interface Unseen {
  readonly unseen: true;
}

/** Lax as the run time is: a text of a number is one, True is 1, a number is a moment; what a text becomes in a place of objects is not known here. */
type IsRefused<Value, Type> = Value extends Unseen | Type
  ? false
  : Value extends null
    ? true
    : Exclude<Extract<Type, object>, readonly unknown[]> extends never
      ? Value extends Accepted<Type>
        ? false
        : true
      : false;

type Accepted<Type> =
  | ([Extract<Type, number>] extends [never] ? never : number | boolean | `${number}`)
  | ([Extract<Type, boolean>] extends [never] ? never : number | boolean | string)
  | (string extends Type ? number : never);

/** What follows a default. What it is worth, the run time reads. */
type SkipDefault<Text extends string, Open extends unknown[]> = Text extends `${infer Char}${infer Rest}`
  ? Char extends ","
    ? Open extends []
      ? Rest
      : SkipDefault<Rest, Open>
    : Char extends "[" | "(" | "{"
      ? SkipDefault<Rest, [...Open, Char]>
      : Char extends "]" | ")" | "}"
        ? Open extends [...infer Outer, unknown]
          ? SkipDefault<Rest, Outer>
          : Fail<"closed twice">
        : Char extends "'" | '"'
          ? ReadQuoted<Rest, Char, ""> extends { rest: infer After extends string }
            ? SkipDefault<After, Open>
            : Fail<"not closed">
          : SkipDefault<Rest, Open>
  : Open extends []
    ? ""
    : Fail<"not closed">;
