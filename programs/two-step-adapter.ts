// Asks in plain words, without a format, and has the outputs picked out of the answer by a second ask.
// Knows no model; who extracts is the run's own model unless another is given.

import type { Adapter, Extraction, FieldValues, PreparedAdapter } from "./adapter.ts";
import { builtIn } from "./built-in.ts";
import { chatAdapter } from "./chat-adapter.ts";
import { parseFailed } from "./errors.ts";
import { type Field, fieldOf } from "./field.ts";
import { fieldValueText } from "./field-value.ts";
import { describeGiven } from "./fits.ts";
import { moduleInvalid } from "./modules/module-errors.ts";
import type { ChatMessage, LmPort } from "./ports.ts";
import { demoTurns, has } from "./prompt.ts";
import { describeFields } from "./prompt-words.ts";
import { pythonStr } from "./python/repr.ts";
import { strip } from "./python/text.ts";
import { type AnySignature, Signature } from "./signature.ts";
import { toPython } from "./to-python.ts";

/** What can be said of the second ask. */
export interface TwoStepOptions {
  /** Answers the second ask; a small model will do. Its calls are neither cached nor recorded. Default: the run's own model. */
  readonly lm?: LmPort;
}

/** An adapter for models that reason better where no format is asked of them: the outputs are extracted by a second ask, in the chat format. Throws PROGRAM_MODULE_INVALID for an `lm` that is no function. */
export function twoStepAdapter({ lm }: TwoStepOptions = {}): Adapter {
  if (lm !== undefined && typeof lm !== "function") {
    const remedy = "for a provider, write `lm: (request, { signal }) => provider.complete(request, { signal })`";
    throw moduleInvalid("twoStepAdapter", `expected \`lm\` to be a function, got ${describeGiven(lm)}; ${remedy}`);
  }
  return builtIn({
    adapterName: "two-step",
    prepare: (signature, demos) => new PreparedTwoStep(signature, demos, lm),
    inputsText: (inputs, values) => strip(lines(inputs, values)),
  });
}

class PreparedTwoStep implements PreparedAdapter {
  readonly #signature: AnySignature;
  readonly #extractor: AnySignature;
  readonly #opening: readonly ChatMessage[];
  readonly #lm: LmPort | undefined;

  constructor(signature: AnySignature, demos: readonly FieldValues[], lm: LmPort | undefined) {
    this.#signature = signature;
    this.#lm = lm;
    this.#extractor = extractorOf(signature);
    const { inputs, outputs } = signature;
    const turns: readonly ChatMessage[] = demoTurns(
      signature,
      demos,
      (demo) => lines(inputs, demo),
      (demo) => strip(lines(outputs, demo)),
    );
    const system: ChatMessage = { role: "system", content: taskOf(signature) };
    this.#opening = [system, ...turns].map((message) => Object.freeze(message));
  }

  format(inputs: FieldValues): readonly ChatMessage[] {
    return this.#opening.concat({ role: "user", content: strip(lines(this.#signature.inputs, inputs)) });
  }

  /** There is no format to read; `extraction` is how the outputs are had. */
  parse(text: string): Record<string, unknown> {
    throw parseFailed({
      adapterName: "two-step",
      text,
      expectedFields: this.#signature.outputs.map((field) => field.name),
      parsedFields: {},
      failures: [{ field: "*", reason: "the outputs are extracted by a second ask, not read" }],
    });
  }

  extraction(text: string): Extraction {
    const extraction = { signature: this.#extractor, adapter: chatAdapter, inputs: { text } };
    return this.#lm === undefined ? extraction : { ...extraction, lm: this.#lm };
  }
}

function taskOf({ inputs, outputs, instructions }: AnySignature): string {
  return [
    "You are a helpful assistant that can solve tasks based on user input.",
    `As input, you will be provided with:\n${describeFields(inputs)}`,
    `Your outputs must contain:\n${describeFields(outputs)}`,
    "You should lay out your outputs in detail so that your answer can be understood by another agent",
    ...(instructions === "" ? [] : [`Specific instructions: ${instructions}`]),
  ].join("\n");
}

function extractorOf({ outputs, checks }: AnySignature): AnySignature {
  const names = outputs.map(({ name }) => `\`${name}\``).join(", ");
  // The run of blanks is DSPy's: it is a line that was broken in its source.
  const instructions = `The input is a text that should contain all the necessary information to produce the fields ${names}. ${" ".repeat(12)}Your job is to extract the fields from the text verbatim. Extract precisely the appropriate value (content) for each field.`;
  const own = checks.filter(({ side }) => side === "output");
  return new Signature(instructions, [fieldOf("text", { kind: "str" }, true)], outputs, own);
}

/** `name: value` for each field that has one, a blank line behind each. */
function lines(fields: readonly Field[], values: FieldValues): string {
  const given = fields.filter(({ name }) => has(values, name));
  return given.map((field) => `${field.name}: ${valueText(field, values[field.name])}\n\n`).join("");
}

/** Lists and dicts stand as Python writes them, the rest as in other formats. */
function valueText(field: Field, value: unknown): string {
  const python = typeof value === "object" && value !== null ? toPython(value, field.type) : undefined;
  const isPlain = Array.isArray(python) || python instanceof Map;
  return isPlain ? pythonStr(python) : fieldValueText(field, value, undefined);
}
