// How near texts are to one text: cosine over features, each weighted by how rare it is among the texts at hand.
// Knows only the texts it is given: nothing is learnt beforehand and nothing is kept.
import { type Features, features } from "./features.ts";

/** The cosine, 0 to 1, of `text` with each of `others`. What all of `others` share counts little, what few have counts much. */
export function similarities(text: string, others: readonly string[]): number[] {
  const vectors = others.map(features);
  const holders = new Map<string, number>();
  for (const vector of vectors)
    for (const feature of vector.keys()) holders.set(feature, (holders.get(feature) ?? 0) + 1);
  // The square root of the logarithm: with a handful of texts the plain one trusts words that came once too much.
  const rarities = Array.from({ length: others.length + 1 }, (_, held) =>
    Math.sqrt(Math.log(1 + (others.length + 1) / (held + 0.5))),
  );
  const rarity = (feature: string) => rarities[holders.get(feature) ?? 0] ?? 0;
  const own = new Map<string, number>();
  for (const [feature, weight] of features(text)) own.set(feature, weight * rarity(feature));
  const ownLength = lengthOf(own);
  return vectors.map((vector) => cosine(own, ownLength, vector, rarity));
}

function cosine(own: Features, ownLength: number, other: Features, rarity: (feature: string) => number): number {
  let product = 0;
  let square = 0;
  for (const [feature, weight] of other) {
    const weighted = weight * rarity(feature);
    square += weighted * weighted;
    product += weighted * (own.get(feature) ?? 0);
  }
  return product === 0 ? 0 : product / (ownLength * Math.sqrt(square));
}

function lengthOf(vector: Features): number {
  let square = 0;
  for (const weight of vector.values()) square += weight * weight;
  return Math.sqrt(square);
}
