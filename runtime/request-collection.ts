// Many requests under way at once, each to be taken as it is answered or fails, once.
// Knows nothing of whom the requests were made to.
import type { ActorSystem } from "./actor-system.ts";

/** What became of one request, or that none did. */
export type RequestOutcome<Label, Value> =
  | { readonly status: "replied"; readonly label: Label; readonly value: Value }
  | { readonly status: "failed"; readonly label: Label; readonly error: unknown }
  | { readonly status: "timeout" }
  | { readonly status: "empty" };

type Settled<Label, Value> = Extract<RequestOutcome<Label, Value>, { readonly label: Label }>;

/** Requests by label. */
export interface RequestCollection<Label, Value> {
  /** Requests that have not been taken: under way or settled. */
  readonly size: number;
  /** Adds a request, such as what `ref.call` returns. Its rejection is this collection's from now on. */
  add(label: Label, request: Promise<Value>): void;
  /** The next that is settled, in the order in which they settle; `timeout` leaves all in place. For one taker at a time. */
  next(options?: { readonly timeoutMs?: number }): Promise<RequestOutcome<Label, Value>>;
  /** What is settled and not taken, at once; undefined where nothing is. */
  check(): RequestOutcome<Label, Value> | undefined;
  /** Takes each as it settles, until none is left. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Settled<Label, Value>>;
}

/**
 * Collects requests to be taken as they settle.
 * @example
 * const requests = collectRequests<string, number>(system);
 * for (const ref of refs) requests.add(ref.actorName, ref.call("add", 1));
 * for await (const outcome of requests) console.log(outcome.label, outcome.status);
 */
export function collectRequests<Label, Value>(system: ActorSystem): RequestCollection<Label, Value> {
  const settled: Settled<Label, Value>[] = [];
  let pending = 0;
  let wake: (() => void) | undefined;
  const settle = (outcome: Settled<Label, Value>): void => {
    pending--;
    settled.push(outcome);
    wake?.();
  };
  const next = async (timeoutMs: number): Promise<RequestOutcome<Label, Value>> => {
    if (settled.length === 0 && pending > 0) {
      await new Promise<void>((resolve) => {
        const timer = timeoutMs === Number.POSITIVE_INFINITY ? undefined : system.clock.setTimer(timeoutMs, resolve);
        wake = () => {
          timer?.cancel();
          resolve();
        };
      });
      wake = undefined;
    }
    return settled.shift() ?? (pending > 0 ? { status: "timeout" } : { status: "empty" });
  };
  return {
    get size() {
      return pending + settled.length;
    },
    add(label, request) {
      pending++;
      request.then(
        (value) => settle({ status: "replied", label, value }),
        (error: unknown) => settle({ status: "failed", label, error }),
      );
    },
    next: ({ timeoutMs = Number.POSITIVE_INFINITY } = {}) => next(timeoutMs),
    check: () => settled.shift(),
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const outcome = await next(Number.POSITIVE_INFINITY);
        if (outcome.status === "empty" || outcome.status === "timeout") return;
        yield outcome;
      }
    },
  };
}
