// The words that signature strings are made of.
// Knows no grammar.
import { CUSTOM_TYPES } from "./custom-types.ts";
import { type FieldType, NONE, STR } from "./field-type.ts";

/** Types that are one word. */
export const PLAIN_TYPES: ReadonlyMap<string, FieldType> = new Map<string, FieldType>([
  ["str", STR],
  ["Text", STR],
  ["int", { kind: "int" }],
  ["float", { kind: "float" }],
  ["bool", { kind: "bool" }],
  ["None", NONE],
  ["NoneType", NONE],
  ["Any", { kind: "any" }],
  ["list", { kind: "list" }],
  ["List", { kind: "list" }],
  ["dict", { kind: "dict" }],
  ["Dict", { kind: "dict" }],
  ["tuple", { kind: "tuple" }],
  ["Tuple", { kind: "tuple" }],
  ["set", { kind: "set" }],
  ["Set", { kind: "set" }],
  ["frozenset", { kind: "frozenset" }],
  ["FrozenSet", { kind: "frozenset" }],
  ["bytes", { kind: "bytes" }],
  ["datetime", { kind: "datetime" }],
  ["date", { kind: "date" }],
  ["time", { kind: "time" }],
  ["timedelta", { kind: "timedelta" }],
  ...CUSTOM_TYPES,
]);
/** Modules of Python whose name may stand before a type's. */
export const MODULES: readonly string[] = ["typing", "datetime", "dspy", "builtins"];
/** Types that need others in brackets. */
export const GENERIC_TYPES: readonly string[] = ["Optional", "Union", "Literal"];
/** What people from other languages write; mere slips are found by their nearness. */
export const FOREIGN_NAMES: ReadonlyMap<string, string> = new Map([
  ["string", "str"],
  ["text", "str"],
  ["integer", "int"],
  ["number", "int or float"],
  ["double", "float"],
  ["boolean", "bool"],
  ["array", "list"],
  ["object", "dict"],
  ["record", "dict"],
  ["map", "dict"],
  ["null", "None"],
  ["undefined", "None"],
  ["unknown", "Any"],
  ["enum", "Literal"],
]);

/** Python's reserved words, which cannot name a field. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield".split(
    " ",
  ),
);

/** Escapes in the strings of a Literal. */
export const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["\n", ""],
]);
