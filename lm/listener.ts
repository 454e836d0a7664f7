// How somebody hears an answer while it comes.
// Knows nothing of who tells it: a socket, a script, another caller's flight.

/**
 * Hears the pieces of an answer.
 *
 * A method that answers a promise has enough for now: whoever reads waits for it before reading on. What the pieces come to is told again
 * by the response, which is the truth where the two differ.
 */
export interface LmListener {
  /** More of a completion's text; `completion` counts from 0. */
  onText(text: string, completion: number): void | Promise<void>;
  /** More of the reasoning that a provider shows apart from the text. */
  onReasoning(text: string, completion: number): void | Promise<void>;
  /** What came so far does not count: the request is sent again. */
  onRestart(): void;
}
