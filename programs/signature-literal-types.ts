// Reads the values of a `Literal['a', "b", 3, True]` at compile time.
// Knows no other types. Like `signature-types.ts`, a file where types are programs.
import type { Fail, ReadWord, TrimStart } from "./signature-type-words.ts";

/** Reads values up to the bracket that closes them; answers their type and the text behind it. */
export type ReadLiteral<Text extends string, Values, Close extends string = "]"> = Text extends `${Close}${infer Rest}`
  ? [Values] extends [never]
    ? Fail<"'Literal' needs at least one value, like Literal['yes', 'no'].">
    : { type: Values; rest: Rest }
  : NextLiteral<ReadValue<Text>, Values, Close>;

type NextLiteral<Read, Values, Close extends string> = Read extends {
  type: infer Value;
  rest: infer Rest extends string;
}
  ? TrimStart<Rest> extends `,${infer Next}`
    ? ReadLiteral<TrimStart<Next>, Values | Value, Close>
    : TrimStart<Rest> extends `${Close}${infer After}`
      ? { type: Values | Value; rest: After }
      : Fail<`Expected ',' or '${Close}' in Literal[…], found '${TrimStart<Rest>}'.`>
  : Read;

// A constant, some in parentheses, or those of another Literal.
type ReadValue<Text extends string> = Text extends `(${infer Inner}`
  ? ReadLiteral<TrimStart<Inner>, never, ")">
  : Text extends `${"" | Raw | "u" | "U"}${"'" | '"'}${string}`
    ? ReadTexts<Text, "">
    : ReadWord<Text, ""> extends { word: infer Word; rest: infer Rest extends string }
      ? [Word, TrimStart<Rest>] extends ["Literal" | "typing.Literal", `[${infer Inner}`]
        ? ReadLiteral<TrimStart<Inner>, never>
        : Word extends keyof Constants
          ? { type: Constants[Word]; rest: Rest }
          : Word extends `${infer Value extends number}`
            ? { type: Value; rest: Rest }
            : Word extends `${number}_${string}`
              ? { type: number; rest: Rest }
              : Fail<`Expected a quoted string, a whole number, True, False or None in Literal[…], found '${Text}'.`>
      : never;

type Raw = "r" | "R";

// Texts beside each other are one.
type ReadTexts<Text extends string, Before extends string> =
  ReadText<Text> extends { value: infer Value extends string; rest: infer Rest extends string }
    ? TrimStart<Rest> extends `${"" | Raw | "u" | "U"}${"'" | '"'}${string}`
      ? ReadTexts<TrimStart<Rest>, Joined<Before, Value>>
      : { type: Joined<Before, Value>; rest: Rest }
    : Fail<"A quoted text in Literal[…] is not closed.">;

type Joined<Before extends string, Value extends string> = string extends Before | Value ? string : `${Before}${Value}`;

type ReadText<Text extends string> = Text extends `${Raw}${infer Rest}`
  ? ReadPlain<Rest>
  : ReadPlain<Text extends `${"u" | "U"}${infer Rest}` ? Rest : Text> extends {
        value: infer Value extends string;
        rest: infer Rest;
      }
    ? { value: Unescaped<Value>; rest: Rest }
    : Fail<"not closed">;

type ReadPlain<Text extends string> = Text extends `${infer Quote extends "'''" | '"""'}${infer Quoted}`
  ? ReadQuoted<Quoted, Quote, "">
  : Text extends `${infer Quote extends "'" | '"'}${infer Quoted}`
    ? ReadQuoted<Quoted, Quote, "">
    : Fail<"not closed">;

/** The text up to its closing quote, and what follows; a quote behind a backslash closes nothing. */
export type ReadQuoted<
  Text extends string,
  Quote extends string,
  Before extends string,
> = Text extends `${infer Part}${Quote}${infer Rest}`
  ? Part extends `${string}\\\\`
    ? { value: `${Before}${Part}`; rest: Rest }
    : Part extends `${string}\\`
      ? ReadQuoted<Rest, Quote, `${Before}${Part}${Quote}`>
      : { value: `${Before}${Part}`; rest: Rest }
  : Fail<"not closed">;

// A value with an escape in it is only known to be text: unescaping belongs to the run time.
type Unescaped<Value extends string> = Value extends `${string}\\${string}` ? string : Value;

interface Constants {
  True: true;
  False: false;
  None: null;
}
