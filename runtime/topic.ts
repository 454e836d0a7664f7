// Dotted topics and the patterns that match them, as text and as types.
// Knows nothing of listeners or events.
import { BaseError } from "./base/index.ts";

/** Whether a topic fits a pattern: `*` stands for one segment, `#` at the end for the rest (nothing included). */
export type TopicFits<Topic extends string, Pattern extends string> = Pattern extends "#"
  ? true
  : Pattern extends `${infer Wanted}.${infer Rest}`
    ? Topic extends `${infer Segment}.${infer Others}`
      ? Wanted extends "*" | Segment
        ? TopicFits<Others, Rest>
        : false
      : Rest extends "#"
        ? Wanted extends "*" | Topic
          ? true
          : false
        : false
    : Topic extends `${string}.${string}`
      ? false
      : Pattern extends "*" | Topic
        ? true
        : false;

/** Whether a topic fits a pattern, which must be a legal one. */
export function topicFits(topic: string, pattern: string): boolean {
  if (pattern === "#" || pattern === topic) return true;
  const wanted = pattern.split(".");
  const segments = topic.split(".");
  for (let index = 0; index < wanted.length; index++) {
    if (wanted[index] === "#") return true;
    if (index >= segments.length) return false;
    if (wanted[index] !== "*" && wanted[index] !== segments[index]) return false;
  }
  return wanted.length === segments.length;
}

/** @throws PATTERN_INVALID for an empty segment, a wildcard glued to text, or a `#` before the end. */
export function checkPattern(pattern: string): void {
  const segments = pattern.split(".");
  const bad = segments.find(
    (segment, index) =>
      segment === "" || (segment === "#" ? index < segments.length - 1 : segment !== "*" && /[*#]/.test(segment)),
  );
  if (bad === undefined) return;
  throw new BaseError(
    "PATTERN_INVALID",
    `Expected dotted words, "*" for one word and "#" at the end for the rest, found "${pattern}"; write e.g. "runtime.actor.*" or "runtime.#".`,
    { details: { pattern, segment: bad } },
  );
}
