// A free-text answer taken from the question itself: its sentence that shares most with what is asked for.
// Makes nothing up; where there is nothing to take from it says so.

import { isFunctionWord, stem, words } from "./features.ts";
import type { PromptField, TurnValues } from "./prompt.ts";

/** What stands in a text field when neither the question nor a demonstration holds an answer. */
const NO_ANSWER = "I cannot know this: local/in-context compares texts, it is not a language model.";

/** Takes an answer to `field` out of the longest input, going by the words of the other inputs and of the field. */
export function extract(question: TurnValues, field: PromptField): string {
  const texts = [...question.values()].filter((text) => text.trim() !== "");
  const source = texts.reduce((longest, text) => (text.length > longest.length ? text : longest), "");
  const sentences = splitSentences(source);
  if (sentences.length === 0 || (sentences.length === 1 && source.trim().endsWith("?"))) return NO_ANSWER;

  const asked = stems([...texts.filter((text) => text !== source), field.name, field.description].join(" "));
  const held = sentences.map(stems);
  const holders = (root: string) => held.filter((roots) => roots.has(root)).length;
  const scores = held.map((roots) =>
    [...asked].reduce((sum, root) => sum + (roots.has(root) ? 1 / holders(root) : 0), 0),
  );
  return sentences[scores.indexOf(Math.max(...scores))] ?? NO_ANSWER;
}

function splitSentences(text: string): string[] {
  return text
    .replace(/\[\[ ## \w+ ## \]\]/g, " ")
    .split(/(?<=[.!?…])\s+|\n+/)
    .map((sentence) => sentence.replace(/\s+/g, " ").trim())
    .filter((sentence) => sentence !== "");
}

function stems(text: string): ReadonlySet<string> {
  return new Set(
    words(text.replace(/_/g, " "))
      .filter((word) => !isFunctionWord(word))
      .map(stem),
  );
}
