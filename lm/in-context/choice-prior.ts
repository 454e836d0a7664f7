// What the names of a field's choices, and what is written about them, say before any demonstration does.
// Knows words only: a choice called `c1` that nobody describes gets no evidence at all.
import { similarities } from "./similarity.ts";

/** How much a matching description counts beside a matching name. */
const DESCRIPTION_WEIGHT = 1;

/** What stands between a name and an explanation of it. A name merely used in a sentence explains nothing. */
const EXPLAINS = /^[`"'*)\]]*\s*(?:[:=(–—-]|means\b|is\b|for\b|if\b|when\b)/;

/** Evidence for each choice, 0 upwards: how near the text is to the choice's name and to what `prose` says of it. */
export function choicePrior(text: string, choices: readonly string[], prose: string): number[] {
  const names = choices.map(nameWords);
  const descriptions = describedIn(prose, choices);
  const near = similarities(text, [...names, ...descriptions]);
  return choices.map((_, index) => (near[index] ?? 0) + DESCRIPTION_WEIGHT * (near[choices.length + index] ?? 0));
}

/** `featureRequest` and `feature_request` as the words `feature request`. */
function nameWords(name: string): string {
  return name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** What is written behind each choice's name, as in "billing: charges, invoices", up to the next name or the end of the line. */
function describedIn(prose: string, choices: readonly string[]): string[] {
  const described = choices.map(() => "");
  const indexOf = new Map<string, number>();
  choices.forEach((choice, index) => {
    for (const name of [choice, nameWords(choice)]) if (name !== "") indexOf.set(name.toLowerCase(), index);
  });
  if (indexOf.size === 0) return described;
  // Longest first, so that "bug report form" is not read as "bug report" with something behind it.
  const names = [...indexOf.keys()]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  const mention = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${names.join("|")})(?![\\p{L}\\p{N}_])`, "giu");
  for (const line of prose.split("\n")) {
    const mentions = [...line.matchAll(mention)];
    mentions.forEach((match, at) => {
      const text = line.slice(match.index + match[0].length, mentions[at + 1]?.index ?? line.length);
      const index = indexOf.get(match[0].toLowerCase());
      if (index !== undefined && EXPLAINS.test(text)) described[index] += ` ${text}`;
    });
  }
  return described;
}
