// What a model does by itself instead of in its text: calls of tools, reasoning. Such fields leave the prompt and are filled from its answer.
// Knows no format.
import { BaseError, isBaseError, type JsonObject } from "../runtime/base/index.ts";
import type { FieldValues, NativeTools } from "./adapter.ts";
import { toolCalls } from "./coerce-custom.ts";
import type { Compat } from "./compat.ts";
import { parseFailed } from "./errors.ts";
import type { Field } from "./field.ts";
import type { CustomKind, FieldType } from "./field-type.ts";
import type { LmCapabilities } from "./lm-capabilities.ts";
import { Mismatch } from "./mismatch.ts";
import { isNestedDeeper, TOO_DEEP } from "./nesting.ts";
import { coercionReason } from "./parse-value.ts";
import type { LmCompletion, LmOptions } from "./ports.ts";
import { toPlain } from "./python/values.ts";
import { type AnySignature, Signature } from "./signature.ts";
import { toPython } from "./to-python.ts";

/** What decides how much a model does by itself. */
export interface NativeConditions {
  readonly capabilities: LmCapabilities;
  /** Undefined: the adapter has tools called in text. */
  readonly tools: NativeTools | undefined;
  /** How hard the model is told to reason; null turns it off. */
  readonly effort: unknown;
  readonly compat: Compat | undefined;
}

/** What of a signature the model does by itself. */
export class NativePlan {
  /** What is left for the prompt. */
  readonly signature: AnySignature;
  readonly #outputs: AnySignature["outputs"];
  readonly #toolsField: string | undefined;
  readonly #callsField: string | undefined;
  readonly #reasoningField: string | undefined;
  readonly #options: LmOptions;
  readonly #compat: Compat | undefined;
  readonly #tools: NativeTools | undefined;

  constructor(signature: AnySignature, { capabilities, tools, effort, compat }: NativeConditions) {
    this.#compat = compat;
    this.#outputs = signature.outputs;
    this.#tools = tools;
    const calls = tools === undefined ? undefined : fieldOfType(signature.outputs, "ToolCalls");
    this.#toolsField = fieldOfType(signature.inputs, "Tool");
    if (calls !== undefined && this.#toolsField === undefined) throw toolsMissing(calls);
    this.#callsField = capabilities.functionCalling === true ? calls : undefined;
    this.#reasoningField = fieldOfType(signature.outputs, "Reasoning");
    const reasons = this.#reasoningField !== undefined && capabilities.reasoning === true && effort !== null;
    // As DSPy, the least effort where none is said: asking for the field is asking for some.
    this.#options = reasons ? { extra: { reasoning_effort: typeof effort === "string" ? effort : "low" } } : {};
    const gone = [
      ...(this.#callsField === undefined ? [] : [this.#callsField, this.#toolsField]),
      ...(reasons ? [this.#reasoningField] : []),
    ];
    const keep = ({ name }: { name: string }): boolean => !gone.includes(name);
    this.signature = new Signature(
      signature.instructions,
      signature.inputs.filter(keep),
      signature.outputs.filter(keep),
    );
  }

  /** The output that the model's own reasoning fills. */
  get reasoningField(): string | undefined {
    return this.#reasoningField;
  }

  /** The options that go with a request for these inputs. */
  options(inputs: FieldValues): LmOptions {
    if (this.#callsField === undefined) return this.#options;
    const given = inputs[this.#toolsField ?? ""];
    const tools = (Array.isArray(given) ? given : [given]).map(toolSchema);
    const parallel = this.#tools?.parallel;
    const extra = {
      ...this.#options.extra,
      ...(parallel === undefined ? {} : { tool_choice: "auto", parallel_tool_calls: parallel }),
    };
    return Object.keys(extra).length === 0 ? { tools } : { tools, extra };
  }

  /** The outputs of a completion; `parse` reads its text. Undefined where there is neither text nor what stands for it. */
  read(
    completion: LmCompletion,
    parse: (text: string) => Record<string, unknown>,
  ): Record<string, unknown> | undefined {
    const { text, reasoning } = completion;
    const calls = this.#callsField === undefined ? [] : (completion.toolCalls ?? []);
    let values: Record<string, unknown> = {};
    if (text !== null && text !== "") values = calls.length === 0 ? parse(text) : this.#parsedOrNothing(text, parse);
    else if (calls.length === 0) return undefined;
    if (this.#callsField !== undefined && calls.length > 0) {
      values[this.#callsField] = callsRead(this.#callsField, calls, text);
    }
    if (this.#reasoningField !== undefined && reasoning !== undefined) values[this.#reasoningField] = reasoning;
    return Object.fromEntries(
      this.#outputs.map((field) => {
        return [field.name, Object.hasOwn(values, field.name) ? values[field.name] : this.#absent(field)];
      }),
    );
  }

  /** What a field is that did not come: no calls and no reasoning are an answer, too. DSPy has None there. */
  #absent(field: Field): unknown {
    if (field.default !== undefined) return field.default.value;
    if (this.#compat === undefined && field.name === this.#callsField) return { tool_calls: [] };
    return this.#compat === undefined && field.name === this.#reasoningField ? "" : null;
  }

  /** Beside tool calls, text that cannot be read is talk. */
  #parsedOrNothing(text: string, parse: (text: string) => Record<string, unknown>): Record<string, unknown> {
    if (this.signature.outputs.length === 0) return {};
    try {
      return parse(text);
    } catch (error) {
      if (!isBaseError(error, "PROGRAM_PARSE_FAILED")) throw error;
      return {};
    }
  }
}

/** A provider's calls as DSPy's. Throws PROGRAM_PARSE_FAILED for what is no call, as one without a name, and for arguments nested too deep to keep. */
function callsRead(field: string, calls: readonly JsonObject[], text: string | null): unknown {
  try {
    if (isNestedDeeper(calls)) throw new Mismatch(TOO_DEEP);
    const read = toPlain(toolCalls(toPython(calls)));
    // Arguments come as a text, whose nesting is not the calls' own.
    if (isNestedDeeper(read)) throw new Mismatch(TOO_DEEP);
    return read;
  } catch (error) {
    const failures = [{ field, reason: coercionReason(error) }];
    throw parseFailed({ adapterName: "native", text, expectedFields: [field], parsedFields: {}, failures });
  }
}

/** Whether a signature has fields that a model may fill by itself. */
export function mayBeNative({ outputs }: AnySignature): boolean {
  return outputs.some(({ type }) => isOfKind(type, "ToolCalls") || isOfKind(type, "Reasoning"));
}

function fieldOfType(fields: AnySignature["fields"], kind: CustomKind): string | undefined {
  return fields.find(({ type }) => isOfKind(type, kind) || (kind === "Tool" && isListOf(type, kind)))?.name;
}

function isOfKind(type: FieldType, kind: CustomKind): boolean {
  return type.kind === "custom" && type.custom === kind;
}

function isListOf(type: FieldType, kind: CustomKind): boolean {
  return type.kind === "list" && type.item !== undefined && isOfKind(type.item, kind);
}

interface Described {
  readonly name?: string;
  readonly desc?: string;
  readonly args?: JsonObject;
  readonly required?: readonly string[];
}

/** A tool as OpenAI's function schema. */
function toolSchema(given: unknown): JsonObject {
  // What describes a tool is plain JSON data.
  const { name, desc, args, ...more } = toPlain(toPython(given)) as Described;
  const properties = args ?? {};
  const required =
    more.required ?? Object.keys(properties).filter((key) => !Object.hasOwn(Object(properties[key]), "default"));
  return {
    type: "function",
    function: { name: name ?? "", description: desc ?? "", parameters: { type: "object", properties, required } },
  };
}

function toolsMissing(field: string): BaseError {
  const problem = `the output \`${field}\` is for tool calls, but no input has the type Tool or list[Tool]`;
  return new BaseError("SIGNATURE_INVALID", `The signature cannot be used with native function calling: ${problem}.`, {
    details: { problem, field },
  });
}
