// The contract between a predictor and whoever words its prompts and reads its answers.
// Knows no format.

import type { AnswerReader, FieldSink } from "./answer-reader.ts";
import type { Compat } from "./compat.ts";
import type { Field } from "./field.ts";
import type { LmCapabilities } from "./lm-capabilities.ts";
import type { ChatMessage, LmOptions, LmPort } from "./ports.ts";
import type { AnySignature } from "./signature.ts";

/** Field values by name: inputs, outputs, or both in a demonstration. */
export type FieldValues = Readonly<Record<string, unknown>>;

/**
 * Turns a signature, demonstrations and inputs into messages, and a completion into outputs.
 *
 * For those who implement it: `prepare` is called once per predictor and adapter; do there what depends on the signature and the
 * demonstrations alone. Both functions it answers are pure. `parse` throws PROGRAM_PARSE_FAILED. What they answer is held against the signature.
 */
export interface Adapter {
  readonly adapterName: string;
  /** Given, the model calls tools by itself where it can: `Tool` inputs and the `ToolCalls` output leave the prompt. Default: they stand in it. */
  readonly nativeTools?: NativeTools;
  prepare(
    signature: AnySignature,
    demos: readonly FieldValues[],
    compat: Compat | undefined,
    conversation?: Conversation,
  ): PreparedAdapter;
  /** The text of inputs as they stand in a user message, where nothing is asked for yet. Default: as in the chat format. */
  inputsText?(inputs: readonly Field[], values: FieldValues, compat: Compat | undefined): string;
  /** The asks that are made in turn until an answer can be read, the first of them always. Default: one, with the adapter itself. */
  asks?(signature: AnySignature, capabilities: LmCapabilities, compat: Compat | undefined): Asks;
}

/** How earlier turns are told. */
export interface Conversation {
  /** Calls of tools and what came of them are messages of their own, as a model that calls tools by itself knows them; else they are text. */
  readonly nativeTools: boolean;
}

/** How a model calls tools by itself. */
export interface NativeTools {
  /** Whether it may ask for several calls at once. Default: as the model does by itself. */
  readonly parallel?: boolean;
}

/** An adapter made ready for one predictor. */
export interface PreparedAdapter {
  /** The messages for these inputs; an input that is absent is left out. */
  format(inputs: FieldValues): readonly ChatMessage[];
  /** The outputs in a completion's text (never empty), as plain values. Texts are read as their fields' types; what is missing or does not fit is PROGRAM_PARSE_FAILED. */
  parse(text: string): Record<string, unknown>;
  /** Finds fields in an answer while it comes. Left out: a stream tells of them when the answer is whole. */
  reader?(sink: FieldSink): AnswerReader;
  /** Given, a completion is not parsed: its outputs are those of this further ask. */
  extraction?(text: string): Extraction;
}

/** An ask that makes outputs of another's answer. */
export interface Extraction {
  /** With the outputs of the signature that was prepared. */
  readonly signature: AnySignature;
  readonly adapter: Adapter;
  readonly inputs: FieldValues;
  /** Default: whoever answered the ask before. */
  readonly lm?: LmPort;
}

/** One way to ask. */
export interface Ask {
  readonly adapter: Adapter;
  /** Sampling options that go with it, such as a response format. Default: none. */
  readonly options?: LmOptions;
}

/** At least one way to ask. */
export type Asks = readonly [Ask, ...Ask[]];

/** Whether something is an adapter, as far as can be seen without asking it. */
export function isAdapter(value: unknown): value is Adapter {
  if (typeof value !== "object" || value === null) return false;
  return (
    "adapterName" in value &&
    typeof value.adapterName === "string" &&
    "prepare" in value &&
    typeof value.prepare === "function"
  );
}

/** The same adapter with the model calling tools by itself where it can. */
export function withNativeTools(adapter: Adapter, nativeTools: NativeTools = {}): Adapter {
  return changed(adapter, { nativeTools });
}

/** The same adapter with tools called in its text. */
export function withoutNativeTools(adapter: Adapter): Adapter {
  return changed(adapter, {});
}

function changed({ nativeTools: _, asks, ...adapter }: Adapter, tools: Pick<Adapter, "nativeTools">): Adapter {
  const made: Adapter = { ...adapter, ...tools };
  if (asks === undefined) return made;
  const changedAsk = (ask: Ask): Ask => ({ ...ask, adapter: changed(ask.adapter, tools) });
  return {
    ...made,
    asks(...about) {
      // `made` stands for the adapter while it says how it asks: what it says depends on who calls the tools.
      const [first, ...others] = asks.call(made, ...about);
      return [changedAsk(first), ...others.map(changedAsk)];
    },
  };
}
