// What the names of a field's choices, and what is written about them, say before any demonstration does.
// Knows words only: a choice called `c1` that nobody describes gets no evidence at all.
import { similarities } from "./similarity.ts";

/** How much a matching description counts beside a matching name. */
const DESCRIPTION_WEIGHT = 1;

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
  const longestFirst = choices
    .map((choice, index) => ({ choice, index }))
    .sort((a, b) => b.choice.length - a.choice.length);
  for (const line of prose.split("\n")) {
    const mentions = [...line.matchAll(/[\p{L}\p{N}_]+(?:[ -][\p{L}\p{N}_]+)?/gu)].flatMap((match) => {
      const found = longestFirst.find(({ choice }) => match[0] === choice || match[0].split(" ")[0] === choice);
      return found === undefined ? [] : [{ ...found, from: match.index, to: match.index + found.choice.length }];
    });
    mentions.forEach((mention, at) => {
      const text = line.slice(mention.to, mentions[at + 1]?.from ?? line.length);
      if (/^[`"'*)\]]*\s*(?:[:=(–—-]|means\b|is\b|for\b|if\b|when\b)/.test(text))
        described[mention.index] += ` ${text}`;
    });
  }
  return described;
}
