// Holds what somebody's own adapter words and reads against its signature.
// Knows no format.
import { thrownText } from "../runtime/base/index.ts";
import type { Adapter, Extraction, FieldValues, PreparedAdapter } from "./adapter.ts";
import { isMadeBySchema, readOutputs } from "./answer.ts";
import type { AnswerReader, FieldSink } from "./answer-reader.ts";
import type { Compat } from "./compat.ts";
import { messagesMissing, parseFailed } from "./errors.ts";
import type { Field } from "./field.ts";
import { describeGiven, fits } from "./fits.ts";
import { Mismatch } from "./mismatch.ts";
import { held, parseValue } from "./parse-value.ts";
import type { ChatMessage } from "./ports.ts";
import type { PythonValue } from "./python/values.ts";
import { isRecord } from "./record.ts";
import type { AnySignature } from "./signature.ts";
import { toPython } from "./to-python.ts";

/** A prepared adapter whose messages are messages, and whose outputs are the signature's. */
export class HeldAdapter implements PreparedAdapter {
  readonly #own: PreparedAdapter;
  readonly #adapterName: string;
  readonly #outputs: readonly Field[];
  readonly #compat: Compat | undefined;
  readonly reader?: (sink: FieldSink) => AnswerReader;
  readonly extraction?: (text: string) => Extraction;

  constructor(own: PreparedAdapter, { adapterName }: Adapter, { outputs }: AnySignature, compat: Compat | undefined) {
    this.#own = own;
    this.#adapterName = adapterName;
    this.#outputs = outputs;
    this.#compat = compat;
    const { reader } = own;
    if (reader !== undefined) this.reader = (sink) => previewOf(reader.call(own, new HeldSink(sink, outputs)));
    if (own.extraction !== undefined) this.extraction = own.extraction.bind(own);
  }

  /** Throws PROGRAM_FORMAT_FAILED for what are no messages. */
  format(inputs: FieldValues): readonly ChatMessage[] {
    const messages: unknown = this.#own.format(inputs);
    if (!areMessages(messages)) throw messagesMissing(this.#adapterName, describeGiven(messages));
    return messages;
  }

  /** The outputs in the signature's order; what it does not ask for is left out. */
  parse(text: string): Record<string, unknown> {
    const found: unknown = this.#own.parse(text);
    const adapterName = this.#adapterName;
    const outputs = this.#outputs;
    if (!isRecord(found)) {
      const reason = `the adapter's \`parse\` answered ${describeGiven(found)}; it must answer an object of the outputs by name`;
      const expectedFields = outputs.map(({ name }) => name);
      throw parseFailed({ adapterName, text, expectedFields, parsedFields: {}, failures: [{ field: "*", reason }] });
    }
    // One of our adapters read it for this one: what a schema made is not what a schema takes.
    if (isMadeBySchema(found, outputs)) return found;
    const absence = "the adapter's `parse` answered nothing for it";
    return readOutputs(
      { adapterName, outputs, compat: this.#compat, text, absence },
      ({ name }) => (Object.hasOwn(found, name) && found[name] !== undefined ? null : undefined),
      (field) => this.#valueOf(field, found[field.name]),
    );
  }

  /** A value that fits is taken as it is, so that a text is not read twice. */
  #valueOf({ type }: Field, given: unknown): PythonValue {
    let value: PythonValue;
    try {
      value = toPython(given, type);
    } catch (error) {
      throw new Mismatch(thrownText(error));
    }
    const isList = type.kind === "str" && Array.isArray(given);
    return !isList && fits(given, type, undefined) ? held(value) : parseValue(value, type, this.#compat);
  }
}

/** What it finds meanwhile is told; the outputs are those of the whole answer. */
function previewOf(reader: AnswerReader): AnswerReader {
  return { push: (text) => reader.push(text), end: () => reader.end() };
}

/** Lets through what is told of the signature's outputs. */
class HeldSink implements FieldSink {
  readonly #sink: FieldSink;
  readonly #names: ReadonlySet<string>;

  constructor(sink: FieldSink, outputs: readonly Field[]) {
    this.#sink = sink;
    this.#names = new Set(outputs.map(({ name }) => name));
  }

  onFieldText(field: string, text: string): void {
    if (this.#names.has(field)) this.#sink.onFieldText(field, text);
  }

  onFieldValue(field: string, value: unknown): void {
    if (this.#names.has(field) && value !== undefined) this.#sink.onFieldValue(field, value);
  }

  onFieldInvalid(field: string, reason: string): void {
    if (this.#names.has(field)) this.#sink.onFieldInvalid(field, reason);
  }
}

function areMessages(value: unknown): value is readonly ChatMessage[] {
  return Array.isArray(value) && value.every((message) => isRecord(message) && typeof message["role"] === "string");
}
