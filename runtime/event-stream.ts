// Events as an async iterable with a bounded buffer and a stated way to overflow.
// Knows nothing of topics: it is handed a way to subscribe.
import { BaseError } from "./base/index.ts";
import type { EventStream, EventStreamOptions, OverflowPolicy, Subscription } from "./event-bus.ts";

const DEFAULT_BUFFER = 256;

type Taker<Event> = {
  readonly resolve: (result: IteratorResult<Event, undefined>) => void;
  readonly reject: (error: unknown) => void;
};

/** Subscribes at once; what nobody has taken yet waits in the buffer. @throws OPTION_INVALID */
export function openEventStream<Event>(
  subscribe: (listener: (event: Event) => void) => Subscription,
  options: EventStreamOptions,
): EventStream<Event> {
  const { buffer: limit = DEFAULT_BUFFER, overflow = "drop-oldest", signal } = options;
  checkOptions(limit, overflow);
  const waiting: Event[] = [];
  const takers: Taker<Event>[] = [];
  let dropped = 0;
  let status: "open" | "overflowed" | "closed" = "open";

  const close = (): void => {
    if (status === "open") status = "closed";
    subscription.close();
    signal?.removeEventListener("abort", close);
    for (const taker of takers.splice(0)) taker.resolve({ done: true, value: undefined });
  };
  const subscription = subscribe((event) => {
    const taker = takers.shift();
    if (taker !== undefined) return taker.resolve({ done: false, value: event });
    if (waiting.length < limit) {
      waiting.push(event);
      return;
    }
    dropped++;
    if (overflow === "drop-newest") return;
    if (overflow === "drop-oldest") {
      waiting.shift();
      waiting.push(event);
      return;
    }
    status = "overflowed";
    close();
  });
  if (signal?.aborted) close();
  else signal?.addEventListener("abort", close, { once: true });

  const stream: EventStream<Event> = {
    get dropped() {
      return dropped;
    },
    next() {
      const event = waiting.shift();
      if (event !== undefined) return Promise.resolve({ done: false, value: event });
      if (status === "overflowed") {
        status = "closed";
        return Promise.reject(overflowed(limit, dropped));
      }
      if (status === "closed") return Promise.resolve({ done: true, value: undefined });
      return new Promise((resolve, reject) => takers.push({ resolve, reject }));
    },
    return() {
      waiting.length = 0;
      status = "closed";
      close();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]: () => stream,
    [Symbol.asyncDispose]: async () => {
      await stream.return();
    },
  };
  return stream;
}

function checkOptions(limit: number, overflow: OverflowPolicy): void {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new BaseError("OPTION_INVALID", `Expected buffer to be a whole number ≥ 1, found ${String(limit)}.`, {
      details: { option: "buffer", found: String(limit) },
    });
  }
  if (!["drop-oldest", "drop-newest", "fail"].includes(overflow)) {
    throw new BaseError(
      "OPTION_INVALID",
      `Expected overflow to be "drop-oldest", "drop-newest" or "fail", found "${String(overflow)}".`,
      {
        details: { option: "overflow", found: String(overflow) },
      },
    );
  }
}

function overflowed(limit: number, dropped: number): BaseError {
  return new BaseError(
    "EVENTS_OVERFLOWED",
    `The subscriber fell ${limit} events behind and asked to fail then. Take events faster, or give it a larger buffer or a policy that drops.`,
    { details: { buffer: limit, dropped } },
  );
}
