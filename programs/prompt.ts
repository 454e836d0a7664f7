// Writes a predictor's prompt in a given format: what depends on the signature and the demonstrations once, the inputs per call.
// Knows no format and nothing of answers.
import type { FieldValues } from "./adapter.ts";
import type { Compat } from "./compat.ts";
import type { Field } from "./field.ts";
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
  readonly #inputs: readonly Field[];
  readonly #befores: readonly string[];
  readonly #afters: readonly string[];
  readonly #requirement: string;

  constructor(
    format: PromptFormat,
    signature: AnySignature,
    demos: readonly FieldValues[],
    compat: Compat | undefined,
  ) {
    this.#format = format;
    this.#compat = compat;
    this.#inputs = signature.inputs;
    this.#befores = signature.inputs.map((field) => format.around(field).before);
    this.#afters = signature.inputs.map((field) => `${format.around(field).after}\n\n`);
    this.#requirement = format.requirement(signature);
    const system = [fieldLists(signature), format.structure(signature, compat), objectiveOf(signature)].join("\n");
    const opening: ChatMessage[] = [{ role: "system", content: system }, ...this.#demoMessages(signature, demos)];
    // Frozen, so that whoever writes or hashes a request may remember what it made of them.
    this.#opening = opening.map((message) => Object.freeze(message));
  }

  /** The messages for these inputs: those of the signature and the demonstrations, then the turn itself. */
  messages(inputs: FieldValues): readonly ChatMessage[] {
    return this.#opening.concat({ role: "user", content: this.#inputText(inputs) + this.#requirement });
  }

  #inputText(inputs: FieldValues): string {
    let content = "";
    for (let index = 0; index < this.#inputs.length; index++) {
      const field = this.#inputs[index];
      if (field === undefined) break;
      const value = Object.hasOwn(inputs, field.name) ? inputs[field.name] : undefined;
      if (value === undefined) continue;
      content += this.#befores[index] + this.#format.inputText(field, value, this.#compat) + this.#afters[index];
    }
    return content;
  }

  /** Incomplete demonstrations come first; those without an input or without an output are left out. */
  #demoMessages(signature: AnySignature, demos: readonly FieldValues[]): ChatMessage[] {
    const complete: ChatMessage[] = [];
    const incomplete: ChatMessage[] = [];
    for (const demo of demos) {
      if (signature.fields.every(({ name }) => has(demo, name) && demo[name] !== null)) {
        complete.push(...this.#demoTurns(signature, demo, ""));
      } else if (
        signature.inputs.some(({ name }) => has(demo, name)) &&
        signature.outputs.some(({ name }) => has(demo, name))
      ) {
        incomplete.push(...this.#demoTurns(signature, demo, `${INCOMPLETE_DEMO}\n\n`));
      }
    }
    return [...incomplete, ...complete];
  }

  #demoTurns(signature: AnySignature, demo: FieldValues, prefix: string): ChatMessage[] {
    return [
      { role: "user", content: strip(prefix + this.#inputText(demo)) },
      { role: "assistant", content: this.#format.answer(signature.outputs, demo, NOT_SUPPLIED, this.#compat) },
    ];
  }
}

/** Whether there is a value of this name; null is one. */
export function has(values: FieldValues, name: string): boolean {
  return Object.hasOwn(values, name) && values[name] !== undefined;
}
