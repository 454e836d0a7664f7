// What is said of a thrown value. Anything may be thrown, also what has no text, or throws when it is asked for one.
// Knows nothing of records or codes.

/** From what says most of a value to what asks least of it. */
const WAYS: readonly ((thrown: unknown) => unknown)[] = [
  (thrown) => (thrown instanceof Error ? thrown.message : undefined),
  (thrown) =>
    typeof thrown === "object" ? JSON.stringify(thrown instanceof Error ? thrown.message : thrown) : undefined,
  String,
  (thrown) => Object.prototype.toString.call(thrown),
];

/** Puts a thrown value into words: an Error's message, a text as it stands, any other object as JSON where it has such. Never throws. */
export function thrownText(thrown: unknown): string {
  for (const way of WAYS) {
    try {
      const said = way(thrown);
      if (typeof said === "string") return said;
    } catch {
      // A getter that throws, a cycle, no prototype to have a text from: the next way asks less.
    }
  }
  // A revoked proxy answers nothing at all.
  return "a value that cannot be put into words";
}
