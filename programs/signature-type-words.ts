// Words and letters of the signature grammar at compile time.
// Knows no fields and no brackets.

import type { Audio, Citations, Document, File, History, Image, ToolCalls, ToolDescription } from "./custom-types.ts";

/** White space in a signature. */
export type White = " " | "\n" | "\t" | "\r" | "\f";
/** A digit. */
export type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
/** What no field name has in it. */
export type NotInNames =
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
  | "#"
  | ";";
type EndsWord = White | "[" | "]" | "," | "|" | ":" | "'" | '"' | "=" | "(" | ")" | "{" | "}" | ";" | "#" | "\\";

/** The text without white space and comments in front. */
export type TrimStart<Text extends string> = Text extends `${White | "\\\n" | "\\\r\n"}${infer Rest}`
  ? TrimStart<Rest>
  : Text extends `#${infer Comment}`
    ? TrimStart<Comment extends `${string}\n${infer Rest}` ? Rest : "">
    : Text;
type TrimEnd<Text extends string> = Text extends `${infer Rest}${White}` ? TrimEnd<Rest> : Text;
/** The text without white space around. */
export type Trim<Text extends string> = TrimEnd<TrimStart<Text>>;

/** The word that a text begins with, and what follows it. */
export type ReadWord<Text extends string, Word extends string> = Text extends `${infer Char}${infer Rest}`
  ? Char extends EndsWord
    ? { word: Word; rest: Text }
    : ReadWord<Rest, `${Word}${Char}`>
  : { word: Word; rest: "" };

/** A type's name without the Python module before it. */
export type StripModule<Word extends string> =
  Word extends `${"typing" | "datetime" | "dspy" | "builtins"}.${infer Name}` ? StripModule<Name> : Word;

/** What reading answers where it makes no sense. */
export type Fail<Message extends string> = { error: Message };

/** A JSON value and the like of a type that names nothing more. */
export interface PlainTypes {
  str: string;
  Text: string;
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
  tuple: unknown[];
  Tuple: unknown[];
  set: unknown[];
  Set: unknown[];
  frozenset: unknown[];
  FrozenSet: unknown[];
  bytes: string;
  datetime: string;
  date: string;
  time: string;
  timedelta: string;
  Image: Image;
  Audio: Audio;
  File: File;
  Document: Document;
  Citations: Citations;
  History: History;
  Tool: ToolDescription;
  ToolCalls: ToolCalls;
  Code: string;
  Reasoning: string;
}

/** Stands for the dots of `tuple[int, ...]`. */
export interface Ellipsis {
  readonly dots: "...";
}

/** How types that need brackets are written. */
export interface Examples {
  Optional: "Optional[str]";
  Union: "Union[int, str]";
  Literal: "Literal['yes', 'no']";
}
