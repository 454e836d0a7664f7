// Makes answers in words comparable, as DSPy does.
// Knows nothing of predictions or metrics.

/** Python's `\w` leaves combining marks out, so after NFD an "ä" is an article followed by a mark, as in DSPy. */
const ARTICLES = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;
const ASCII_PUNCTUATION = /[!-/:-@[-`{-~]/g;
/** What Python's `str.split` splits at; JavaScript's `\s` lacks some and has U+FEFF. */
const WHITE_SPACE = new RegExp(`[\\p{White_Space}${String.fromCharCode(28)}-${String.fromCharCode(31)}]+`, "u");

/** Makes answers comparable: NFD, lower case, without ASCII punctuation and English articles, white space collapsed. */
export function normalizeText(text: string): string {
  const bare = text.normalize("NFD").toLowerCase().replace(ASCII_PUNCTUATION, "").replace(ARTICLES, " ");
  return splitWords(bare).join(" ");
}

/** The words of a text, as Python's `str.split()` finds them. */
export function splitWords(text: string): string[] {
  return text.split(WHITE_SPACE).filter((word) => word !== "");
}
