// What one call in Python asks of this side, answered once, however often the call is made again because its worker was lost.
// Knows nothing of models, tools or workers.
import type { HostAsk } from "../bridge/index.ts";

/** The answers of one call. */
export interface AnsweredOnce {
  /** Asks only what has not been asked before; what is under way still is joined. */
  readonly serve: (ask: HostAsk) => Promise<unknown>;
  /** The call is made again, from its beginning. */
  readonly again: () => void;
}

/**
 * Has a call's requests be answered once. The nth request of one text at one place gets the answer of the nth such in the attempt before, also where that was an
 * error; only what comes element by element is asked anew. So a call that depends on nothing but its answers comes to the same, and nothing is paid or done twice.
 */
export function answeredOnce(serve: (ask: HostAsk) => Promise<unknown>): AnsweredOnce {
  const answers = new Map<string, Promise<unknown>>();
  let asked = new Map<string, number>();
  return {
    serve(ask) {
      // Elements that one attempt has taken cannot be taken again by the next.
      if (ask.wants === "elements") return serve(ask);
      const what = JSON.stringify([ask.kind, ask.name, ask.slot, ask.input], writeBigInt);
      const before = asked.get(what) ?? 0;
      asked.set(what, before + 1);
      const key = `${before} ${what}`;
      let answer = answers.get(key);
      if (answer === undefined) {
        answer = serve(ask);
        answers.set(key, answer);
      }
      return answer;
    },
    again() {
      asked = new Map();
    },
  };
}

function writeBigInt(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}
