// What the compiler says of a pattern that no topic fits.
// Knows nothing of which topics there are.
import type { TopicFits } from "./topic.ts";

/**
 * The pattern itself where something fits it, else a sentence that says so beside the topics that may have been meant, for the compiler
 * to print. What fits is asked for, not found out: the listener's type needs it too, and the compiler then finds it once.
 */
export type CheckedPattern<Fitting, Topics extends string, Pattern extends string> = [Fitting] extends [never]
  ? string extends Pattern
    ? "Expected a pattern that stands in the code, such as 'runtime.actor.*'; a string that is made at run time tells no types."
    : `'${Pattern}' fits no event; did you mean one of these?` | NearPatterns<Topics, Pattern>
  : Pattern;

type TopicsFitting<Topics extends string, Pattern extends string> = Topics extends Topics
  ? TopicFits<Topics, Pattern> extends true
    ? Topics
    : never
  : never;

/** Topics that differ in their last word, else in the second, else in the first, else those of the layer, else the layers. */
type NearPatterns<Topics extends string, Pattern extends string> = Pattern extends `${infer Layer}.${infer Rest}`
  ? FirstFitting<
      Topics,
      Rest extends `${infer Noun}.${infer Verb}`
        ? [`${Layer}.${Noun}.#`, `${Layer}.*.${Verb}`, `*.${Noun}.${Verb}`, `${Layer}.#`]
        : [`${Pattern}.#`, `${Layer}.#`]
    >
  : FirstFitting<Topics, []>;

type FirstFitting<Topics extends string, Patterns extends readonly string[]> = Patterns extends readonly [
  infer First extends string,
  ...infer Others extends readonly string[],
]
  ? [TopicsFitting<Topics, First>] extends [never]
    ? FirstFitting<Topics, Others>
    : TopicsFitting<Topics, First>
  : Topics extends `${infer Layer}.${string}`
    ? `${Layer}.#`
    : Topics;
