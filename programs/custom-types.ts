// The types that DSPy brings along: images and other content, code, reasoning, tools, histories.
// Knows their shape and their words, not how values are written or read.
import { CITATIONS_DOC, REASONING_DOC } from "./dspy-docs.ts";
import type { CustomKind, CustomType, FieldType, ModelField, ModelType } from "./field-type.ts";

/** A picture, by address or as a data URI. */
export interface Image {
  readonly url: string;
}

/** A recording: base64, and the format that it is in. */
export interface Audio {
  readonly data: string;
  /** `wav`, `mp3`, … */
  readonly audio_format: string;
}

/** A file: a data URI, or the id that the provider gave it. */
export interface File {
  readonly file_data?: string | null;
  readonly file_id?: string | null;
  readonly filename?: string | null;
}

/** A text that answers may cite. */
export interface Document {
  readonly data: string;
  readonly title?: string | null;
  /** Default `text/plain`. */
  readonly media_type?: string;
  readonly context?: string | null;
}

/** Places in documents that an answer cites. */
export interface Citations {
  readonly citations: readonly {
    readonly type?: string;
    readonly cited_text: string;
    readonly document_index: number;
    readonly document_title?: string | null;
    readonly start_char_index: number;
    readonly end_char_index: number;
    readonly supported_text?: string | null;
  }[];
}

/** Earlier turns: each the values of the signature's fields. */
export interface History {
  readonly messages: readonly Readonly<Record<string, unknown>>[];
}

/** A function that a model may call, as the model is told of it. */
export interface ToolDescription {
  readonly name: string;
  readonly desc?: string | null;
  /** A JSON schema per argument; one with a `default` may be left out. */
  readonly args: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The arguments that must be given. Default: those without a `default`. */
  readonly required?: readonly string[];
}

/** Calls that a model asks for. */
export interface ToolCalls {
  readonly tool_calls: readonly {
    readonly id?: string | null;
    readonly name: string;
    readonly args: Readonly<Record<string, unknown>>;
  }[];
  /** What came of them, in a history. */
  readonly tool_call_results?: unknown;
}

const STR: FieldType = { kind: "str" };
const INT: FieldType = { kind: "int" };
const OPTIONAL_STR: FieldType = { kind: "union", members: [STR, { kind: "none" }], spelling: "Union" };
const DICT: FieldType = { kind: "dict" };
function required(name: string, type: FieldType): ModelField {
  return { name, type };
}

function optional(name: string, type: FieldType = OPTIONAL_STR, value: unknown = null): ModelField {
  return { name, type, default: { value } };
}

function custom(
  kind: CustomKind,
  fields: readonly ModelField[],
  more: Partial<ModelType> = {},
  description = "",
): CustomType {
  return {
    kind: "custom",
    custom: kind,
    name: kind,
    description,
    shape: { kind: "model", name: kind, fields, ...more },
  };
}

const CITATION: ModelType = {
  kind: "model",
  name: "Citation",
  doc: "Individual citation with character location information.",
  fields: [
    optional("type", STR, "char_location"),
    required("cited_text", STR),
    required("document_index", INT),
    optional("document_title"),
    required("start_char_index", INT),
    required("end_char_index", INT),
    optional("supported_text"),
  ],
};

const TOOL_CALL: ModelType = {
  kind: "model",
  name: "ToolCall",
  fields: [required("name", STR), required("args", DICT)],
};

/** The types by name. */
export const CUSTOM_TYPES: ReadonlyMap<string, FieldType> = new Map<string, FieldType>([
  ["Image", custom("Image", [required("url", STR)], { isClosed: true })],
  ["Audio", custom("Audio", [required("data", STR), required("audio_format", STR)], { isClosed: true })],
  ["File", custom("File", [optional("file_data"), optional("file_id"), optional("filename")], { isClosed: true })],
  [
    "Document",
    custom(
      "Document",
      [required("data", STR), optional("title"), optional("media_type", STR, "text/plain"), optional("context")],
      {},
      "A document containing text content that can be referenced and cited. Include the full text content and optionally a title for proper referencing.",
    ),
  ],
  [
    "Citations",
    custom(
      "Citations",
      [required("citations", { kind: "list", item: CITATION })],
      { dspyDoc: CITATIONS_DOC },
      "Citations with quoted text and source references. Include the exact text being cited and information about its source.",
    ),
  ],
  [
    "History",
    custom(
      "History",
      [required("messages", { kind: "list", item: { kind: "dict", key: STR, value: { kind: "any" } } })],
      {
        isClosed: true,
      },
    ),
  ],
  ["Tool", custom("Tool", [required("name", STR), optional("desc"), required("args", DICT)])],
  [
    "ToolCalls",
    custom(
      "ToolCalls",
      [required("tool_calls", { kind: "list", item: TOOL_CALL })],
      {},
      'Tool calls must be a JSON object with `tool_calls`, a list of calls. Each call must include `name` and `args`. Example: {"tool_calls": [{"name": "search", "args": {"query": "cats"}}]}',
    ),
  ],
  ["Code", codeType()],
  ["Reasoning", { ...custom("Reasoning", [required("content", STR)], { dspyDoc: REASONING_DOC }), name: "str" }],
]);

/** `Code`, or `Code["python"]`. */
export function codeType(language?: string): CustomType {
  const name = language === undefined ? "Code" : `Code_${language}`;
  const shown = language ?? "python";
  return {
    kind: "custom",
    custom: "Code",
    name,
    description: `Code represented in a string, specified in the \`code\` field. If this is an output field, the code field should follow the markdown code block format, e.g. \n\`\`\`${shown.toLowerCase()}\n{code}\n\`\`\`\nProgramming language: ${shown}`,
    shape: { kind: "model", name, fields: [required("code", STR)] },
  };
}

/** The custom types that a type is made of, outside models, in the order in which they stand. */
export function customTypesIn(type: FieldType): CustomType[] {
  if (type.kind === "custom") return [type];
  if (type.kind === "model") return [];
  return partsOf(type).flatMap((part) => (part === undefined ? [] : customTypesIn(part)));
}

const ANYTHING: FieldType = { kind: "any" };

/** Whether a type of one of these kinds is anywhere in a type, models included. Items that are not said are `any`. */
export function holdsKind(
  type: FieldType,
  kinds: readonly FieldType["kind"][],
  seen: Set<FieldType> = new Set(),
): boolean {
  if (seen.has(type)) return false;
  seen.add(type);
  return kinds.includes(type.kind) || partsOf(type).some((part = ANYTHING) => holdsKind(part, kinds, seen));
}

/** The types that a type is made of; undefined where one is not said. */
export function partsOf(type: FieldType): readonly (FieldType | undefined)[] {
  switch (type.kind) {
    case "list":
    case "set":
    case "frozenset":
      return [type.item];
    case "tuple":
      return type.items ?? [undefined];
    case "dict":
      return [type.key, type.value];
    case "union":
      return type.members;
    case "model":
      return type.fields.map((field) => field.type);
    default:
      return [];
  }
}
