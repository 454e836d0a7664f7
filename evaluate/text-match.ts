// How two answers in words are compared: DSPy's normalisation and the scores built on it.
// Knows nothing of examples, predictions or metrics.
import { normalizeText, splitWords } from "../programs/index.ts";

const PASSAGE_TOKENS = /[\p{L}\p{N}\p{M}]+|[^\p{Z}\p{C}]/gu;
const CLOSED_ANSWERS = new Set(["yes", "no", "noanswer"]);

/** Whether the prediction equals one of the references once both are normalised. */
export function isExactMatch(prediction: string, references: readonly string[]): boolean {
  const normalized = normalizeText(prediction);
  return references.some((reference) => normalizeText(reference) === normalized);
}

/** The best token F1 over the references: harmonic mean of precision and recall of the words, counted with repeats. No overlap is 0. */
export function f1Score(prediction: string, references: readonly string[]): number {
  return best(references, (reference) => tokenF1(normalizeText(prediction), normalizeText(reference)));
}

/** F1 as HotPotQA counts it: 0 where either side is yes, no or noanswer and the other is something else. */
export function hotPotF1Score(prediction: string, references: readonly string[]): number {
  const said = normalizeText(prediction);
  return best(references, (reference) => {
    const meant = normalizeText(reference);
    if (said !== meant && (CLOSED_ANSWERS.has(said) || CLOSED_ANSWERS.has(meant))) return 0;
    return tokenF1(said, meant);
  });
}

/** Whether a passage contains an answer as a run of whole words. An answer that normalises to nothing is in every passage. */
export function isInPassage(passage: string, answer: string): boolean {
  const inPassage = passageTokens(passage);
  const wanted = passageTokens(answer);
  for (let start = 0; start + wanted.length <= inPassage.length; start++) {
    if (wanted.every((token, offset) => inPassage[start + offset] === token)) return true;
  }
  return false;
}

function tokenF1(prediction: string, reference: string): number {
  const said = splitWords(prediction);
  const meant = splitWords(reference);
  const left = new Map<string, number>();
  for (const word of meant) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of said) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    common++;
  }
  if (common === 0) return 0;
  const precision = common / said.length;
  const recall = common / meant.length;
  return (2 * precision * recall) / (precision + recall);
}

function passageTokens(text: string): string[] {
  return (normalizeText(text).normalize("NFD").match(PASSAGE_TOKENS) ?? []).map((token) => token.toLowerCase());
}

function best(references: readonly string[], scoreOf: (reference: string) => number): number {
  return references.reduce((highest, reference) => Math.max(highest, scoreOf(reference)), 0);
}
