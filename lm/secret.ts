// A text that must not be seen: an API key on its way from the environment to a request header.
// Knows nothing of where it came from.
const REDACTED = "[redacted]";

/**
 * Wraps a secret so that printing, serialising or inspecting it shows `[redacted]`.
 *
 * Only `reveal()` gives it back; call that where the request is sent and nowhere else.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The secret itself. */
  reveal(): string {
    return this.#text;
  }

  /** The same text with every occurrence of the secret taken out, also as JSON writes it: providers echo keys in their error messages. */
  redactFrom(text: string): string {
    if (this.#text === "") return text;
    return text.replaceAll(this.#text, REDACTED).replaceAll(JSON.stringify(this.#text).slice(1, -1), REDACTED);
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return REDACTED;
  }
}
