// A listener that keeps what it hears, for the tests of streams.
// Knows nothing of who tells it.
import type { LmListener } from "../../lm/index.ts";

/** What was heard, in order: texts, reasoning in brackets, `(again)` where it began anew. */
export interface Heard extends LmListener {
  readonly pieces: string[];
  /** Has the next piece answered by a promise, until `takeMore`. */
  full: boolean;
  takeMore(): void;
}

/** Makes a listener. */
export function listening(): Heard {
  let more = Promise.withResolvers<void>();
  const heard: Heard = {
    pieces: [],
    full: false,
    onText: (text) => {
      heard.pieces.push(text);
      return heard.full ? more.promise : undefined;
    },
    onReasoning: (text) => void heard.pieces.push(`[${text}]`),
    onRestart: () => void heard.pieces.push("(again)"),
    takeMore() {
      heard.full = false;
      more.resolve();
      more = Promise.withResolvers<void>();
    },
  };
  return heard;
}
