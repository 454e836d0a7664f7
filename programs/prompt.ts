// Writes a predictor's prompt in a given format: what depends on the signature and the demonstrations once, the inputs per call.
// Knows no format and nothing of answers.
import type { Conversation, FieldValues } from "./adapter.ts";
import type { Compat } from "./compat.ts";
import { expandMarks, marksAsText } from "./content-blocks.ts";
import { historyTurns, isHistory, isToolCalls, nativeTurn } from "./conversation-history.ts";
import { holdsKind } from "./custom-types.ts";
import { type Field, fieldOf } from "./field.ts";
import type { ChatMessage } from "./ports.ts";
import { fieldLists, objectiveOf } from "./prompt-words.ts";
import { strip } from "./python/text.ts";
import type { AnySignature } from "./signature.ts";

const INCOMPLETE_DEMO = "This is an example of the task, though some input or output fields are not supplied.";
const NOT_SUPPLIED = "Not supplied for this particular example. ";

/** How one format words the parts of a prompt. Pure functions. */
export interface PromptFormat {
  /** The part of the system message that shows how an interaction looks. */
  structure(signature: AnySignature, compat: Compat | undefined): string;
  /** What stands around an input's value in a user message. */
  around(field: Field): { readonly before: string; readonly after: string };
  /** An input's value. Throws PROGRAM_FORMAT_FAILED for one that has no textual form. */
  inputText(field: Field, value: unknown, compat: Compat | undefined): string;
  /** What is asked for at the end of the last user message. */
  requirement(signature: AnySignature): string;
  /** An answer as the model should have given it; `missing` stands in for an output that is not there. */
  answer(outputs: readonly Field[], values: FieldValues, missing: string | null, compat: Compat | undefined): string;
}

/** Writes the messages of one predictor. */
export class Prompt {
  readonly #format: PromptFormat;
  readonly #compat: Compat | undefined;
  readonly #opening: readonly ChatMessage[];
  readonly #outputs: readonly Field[];
  /** Without the history, which is turns of its own. */
  readonly #turn: InputWriter;
  readonly #requirement: string;
  readonly #history: Field | undefined;
  readonly #mayHaveBlocks: boolean;
  readonly #replaysCalls: boolean;

  constructor(
    format: PromptFormat,
    signature: AnySignature,
    demos: readonly FieldValues[],
    compat: Compat | undefined,
    conversation: Conversation | undefined,
  ) {
    this.#format = format;
    this.#replaysCalls = conversation?.nativeTools === true;
    this.#compat = compat;
    this.#outputs = signature.outputs;
    this.#history = signature.inputs.find(isHistory);
    this.#mayHaveBlocks = signature.fields.some(({ type }) => holdsKind(type, ["custom"]));
    this.#turn = new InputWriter(
      format,
      signature.inputs.filter((field) => field !== this.#history),
      compat,
    );
    this.#requirement = format.requirement(signature);
    const system = [fieldLists(signature), format.structure(signature, compat), objectiveOf(signature)].join("\n");
    const opening: ChatMessage[] = [{ role: "system", content: system }, ...this.#demoMessages(signature, demos)];
    // Frozen, so that whoever writes or hashes a request may remember what it made of them.
    this.#opening = opening.map((message) => Object.freeze(message));
  }

  /** The messages for these inputs: those of the signature and the demonstrations, then earlier turns, then the turn itself. */
  messages(inputs: FieldValues): readonly ChatMessage[] {
    const turn = this.#user(this.#turn.text(inputs) + this.#requirement);
    if (this.#history === undefined) return this.#opening.concat(turn);
    return [...this.#opening, ...this.#turnsBefore(inputs[this.#history.name]), turn];
  }

  #turnsBefore(history: unknown): ChatMessage[] {
    return historyTurns(history).flatMap((turn): ChatMessage[] => {
      const { values, results, calls } = turn;
      const asked = strip(this.#turn.text(values));
      const turns: ChatMessage[] = asked === "" ? [] : [this.#user(asked)];
      if (this.#replaysCalls && calls !== undefined) {
        const nothing: readonly unknown[] = this.#compat === undefined ? [null, ""] : [null];
        const said = this.#outputs.filter(
          ({ name, type }) => !isToolCalls(type) && has(values, name) && !nothing.includes(values[name]),
        );
        const content = said.length === 0 ? "" : this.#format.answer(said, values, null, this.#compat);
        return [...turns, ...nativeTurn(content, turn)];
      }
      turns.push({ role: "assistant", content: this.#answer(values, null) });
      if (results !== undefined) turns.push(this.#user(strip(resultsWriter(this.#format, this.#compat).text(results))));
      return turns;
    });
  }

  #user(text: string): ChatMessage {
    return { role: "user", content: this.#mayHaveBlocks ? expandMarks(text) : text };
  }

  #answer(values: FieldValues, missing: string | null): string {
    const text = this.#format.answer(this.#outputs, values, missing, this.#compat);
    return this.#mayHaveBlocks ? marksAsText(text) : text;
  }

  #demoMessages(signature: AnySignature, demos: readonly FieldValues[]): ChatMessage[] {
    const writer = new InputWriter(this.#format, signature.inputs, this.#compat);
    const turns = demoTurns(
      signature,
      demos,
      (demo) => writer.text(demo),
      (demo) => this.#answer(demo, NOT_SUPPLIED),
    );
    return turns.map(({ role, content }) => (role === "user" ? this.#user(content) : { role, content }));
  }
}

/** A demonstration's question and answer: incomplete ones come first; those without an input or without an output are left out. */
export function demoTurns(
  signature: AnySignature,
  demos: readonly FieldValues[],
  asked: (demo: FieldValues) => string,
  answered: (demo: FieldValues) => string,
): { role: "user" | "assistant"; content: string }[] {
  const complete: FieldValues[] = [];
  const incomplete: FieldValues[] = [];
  for (const demo of demos) {
    if (signature.fields.every(({ name }) => has(demo, name) && demo[name] !== null)) complete.push(demo);
    else if (
      signature.inputs.some(({ name }) => has(demo, name)) &&
      signature.outputs.some(({ name }) => has(demo, name))
    ) {
      incomplete.push(demo);
    }
  }
  return [...incomplete, ...complete].flatMap((demo, index) => [
    { role: "user", content: strip((index < incomplete.length ? `${INCOMPLETE_DEMO}\n\n` : "") + asked(demo)) },
    { role: "assistant", content: answered(demo) },
  ]);
}

/** Writes the inputs of a user message, a blank line behind each. */
class InputWriter {
  readonly #format: PromptFormat;
  readonly #compat: Compat | undefined;
  readonly #fields: readonly Field[];
  readonly #befores: readonly string[];
  readonly #afters: readonly string[];

  constructor(format: PromptFormat, fields: readonly Field[], compat: Compat | undefined) {
    this.#format = format;
    this.#compat = compat;
    this.#fields = fields;
    this.#befores = fields.map((field) => format.around(field).before);
    this.#afters = fields.map((field) => `${format.around(field).after}\n\n`);
  }

  text(values: FieldValues): string {
    let content = "";
    for (let index = 0; index < this.#fields.length; index++) {
      const field = this.#fields[index];
      if (field === undefined) break;
      const value = Object.hasOwn(values, field.name) ? values[field.name] : undefined;
      if (value === undefined) continue;
      content += this.#befores[index] + this.#format.inputText(field, value, this.#compat) + this.#afters[index];
    }
    return content;
  }
}

/** The text of inputs as they stand in a user message of a format. */
export function inputsText(
  format: PromptFormat,
  inputs: readonly Field[],
  values: FieldValues,
  compat: Compat | undefined,
): string {
  return strip(new InputWriter(format, inputs, compat).text(values));
}

/** What tools answered in an earlier turn stands in a message of its own. */
function resultsWriter(format: PromptFormat, compat: Compat | undefined): InputWriter {
  return new InputWriter(format, [fieldOf("tool_call_results", { kind: "any" }, true)], compat);
}

/** Whether there is a value of this name; null is one. */
export function has(values: FieldValues, name: string): boolean {
  return Object.hasOwn(values, name) && values[name] !== undefined;
}
