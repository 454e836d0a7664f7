// How two answers in words are compared: DSPy's normalisation and the scores built on it.
// Knows nothing of examples, predictions or metrics.

/** Python's `\w` leaves combining marks out, so after NFD an "ä" is an article followed by a mark, as in DSPy. */
const ARTICLES = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;
const ASCII_PUNCTUATION = /[!-/:-@[-`{-~]/g;
/** What Python's `str.split` splits at; JavaScript's `\s` lacks some and has U+FEFF. */
const WHITE_SPACE = new RegExp(`[\\p{White_Space}${String.fromCharCode(28)}-${String.fromCharCode(31)}]+`, "u");
const PASSAGE_TOKENS = /[\p{L}\p{N}\p{M}]+|[^\p{Z}\p{C}]/gu;
const CLOSED_ANSWERS = new Set(["yes", "no", "noanswer"]);

/** Makes answers comparable: NFD, lower case, without ASCII punctuation and English articles, white space collapsed. */
export function normalizeText(text: string): string {
  const bare = text.normalize("NFD").toLowerCase().replace(ASCII_PUNCTUATION, "").replace(ARTICLES, " ");
  return words(bare).join(" ");
}

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
  const said = words(prediction);
  const meant = words(reference);
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

function words(text: string): string[] {
  return text.split(WHITE_SPACE).filter((word) => word !== "");
}

function passageTokens(text: string): string[] {
  return (normalizeText(text).normalize("NFD").match(PASSAGE_TOKENS) ?? []).map((token) => token.toLowerCase());
}

function best(references: readonly string[], scoreOf: (reference: string) => number): number {
  return references.reduce((highest, reference) => Math.max(highest, scoreOf(reference)), 0);
}
