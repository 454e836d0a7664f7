// What the compiler says of a name that is no type.
// Knows no grammar.

/** What people from other languages write, and the commonest slips, in lower case. */
interface NearTypes {
  string: "str";
  text: "str";
  strr: "str";
  st: "str";
  sting: "str";
  integer: "int";
  number: "int or float";
  double: "float";
  flaot: "float";
  boolean: "bool";
  array: "list";
  lst: "list";
  object: "dict";
  record: "dict";
  map: "dict";
  null: "None";
  nil: "None";
  undefined: "None";
  any: "Any";
  unknown: "Any";
  optional: "Optional";
  union: "Union";
  literal: "Literal";
  enum: "Literal";
  str: "str";
  int: "int";
  float: "float";
  bool: "bool";
  list: "list";
  dict: "dict";
  none: "None";
}

/** Says that a name is no type, and which one was meant. */
export type UnknownType<Name extends string> = Name extends ""
  ? "A type is missing after ':' or between brackets; use str, int, float, bool, list[str], …"
  : Lowercase<Name> extends keyof NearTypes
    ? `'${Name}' is not a type; did you mean ${NearTypes[Lowercase<Name>]}?`
    : `'${Name}' is not a type; use str, int, float, bool, None, Any, list[…], dict[str, …], Optional[…], Union[…] or Literal[…].`;
