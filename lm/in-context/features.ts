// Turns text into weighted features: word stems, neighbouring pairs of them, and character n-grams.
// Knows nothing of prompts, labels or which text is a demonstration.

/** Each feature of a text with its weight there: stems, pairs of stems, and four-character grams of words. */
export type Features = ReadonlyMap<string, number>;

// Limit: word classes that carry grammar, not topic. With sixteen demonstrations there is too little text to learn that
// "the" says nothing; the list is English, other languages lean on the weights alone.
const FUNCTION_WORDS = new Set(
  (
    "a an the and or but if so as of at by for from in into on onto to with without about than then that this these those it its " +
    "is are was were be been being am do does did done have has had having will would shall should may might can could must " +
    "i me my mine we us our you your yours he him his she her they them their who whom which what whose there here " +
    "not no nor just only very too also again still yet any some all both each more most other such own same s t d ll re ve m " +
    "please pls hi hello hey dear thanks thank regards team up out over because while when where how why"
  ).split(" "),
);

// Chosen on earlier draws of train and dev of examples/tickets (docs/in-context.md); anything near them does as well.
const STEM_WEIGHT = 1;
const PAIR_WEIGHT = 0.5;
const GRAM_WEIGHT = 0.5;
const GRAM_LENGTH = 4;

/** The words of a text in lower case, without accents and punctuation. */
export function words(text: string): string[] {
  return (
    text
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** Whether a word carries grammar rather than topic. */
export function isFunctionWord(word: string): boolean {
  return FUNCTION_WORDS.has(word);
}

/**
 * Cuts the commonest English endings off, so that `cancelled`, `cancelling` and `cancellation` meet.
 *
 * A crude cut, not a dictionary: two words may share a stem that have nothing in common.
 */
export function stem(word: string): string {
  if (word.length <= 3) return word;
  let root = word.replace(/(?:ations?|ments?|ings?|edly|ed|ly|ies|es|s|ers?|ors?|able|ion|ions|y|e)$/, "");
  if (root.length < 3) root = word;
  return /([bdfglmnprt])\1$/.test(root) ? root.slice(0, -1) : root;
}

/** The features of a text. A feature that comes twice counts the square root of two times. Grammar counts where there is nothing else. */
export function features(text: string): Features {
  const counts = new Map<string, number>();
  const add = (feature: string) => counts.set(feature, (counts.get(feature) ?? 0) + 1);
  let before: string | undefined;
  const all = words(text);
  const telling = all.filter((word) => !isFunctionWord(word));
  for (const word of telling.length === 0 ? all : telling) {
    const root = stem(word);
    add(`=${root}`);
    if (before !== undefined) add(`${before}+${root}`);
    before = root;
    const padded = ` ${word} `;
    for (let at = 0; at + GRAM_LENGTH <= padded.length; at++) add(padded.slice(at, at + GRAM_LENGTH));
  }
  for (const [feature, count] of counts) counts.set(feature, kindWeight(feature) * Math.sqrt(count));
  return counts;
}

function kindWeight(feature: string): number {
  if (feature.startsWith("=")) return STEM_WEIGHT;
  return feature.includes("+") ? PAIR_WEIGHT : GRAM_WEIGHT;
}
