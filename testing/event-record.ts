// Events in the order in which they came, and who waits for which.
// Knows nothing of where they come from. Nobody sleeps: each event is looked at when it comes.
import { type AnyEvent, BaseError, systemClock, type Timer } from "../runtime/index.ts";

interface Waiter {
  readonly types: readonly string[];
  readonly found: AnyEvent[];
  readonly resolve: (events: readonly AnyEvent[]) => void;
  readonly deadline: Timer;
}

/** Events, and those who wait for some. */
export class EventRecord {
  #events: AnyEvent[] = [];
  // Up to here a sequence has taken what it waited for.
  #takenUpTo = 0;
  // In the order in which they asked: each goes on where the one before it ended.
  readonly #waiters: Waiter[] = [];
  readonly #timeoutMs: number;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  get events(): readonly AnyEvent[] {
    return this.#events;
  }

  take(event: AnyEvent): void {
    this.#events.push(event);
    this.#serve();
  }

  sequence(types: readonly string[]): Promise<readonly AnyEvent[]> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        types,
        found: [],
        resolve,
        // Of the machine, since a test's own clock may stand still; held, since somebody awaits it.
        deadline: systemClock.setTimer(this.#timeoutMs, () => reject(this.#miss(waiter)), { holdsProcess: true }),
      };
      this.#waiters.push(waiter);
      this.#serve();
    });
  }

  expectTypes(expected: readonly string[]): void {
    const found = this.#events.map(({ type }) => type);
    if (found.length === expected.length && found.every((type, at) => type === expected[at])) return;
    throw unexpected("Expected exactly these events", expected, found);
  }

  expectSequence(expected: readonly string[]): void {
    const found = this.#events.map(({ type }) => type);
    let at = 0;
    for (const type of found) if (type === expected[at]) at++;
    if (at < expected.length) throw unexpected("Expected these events in this order", expected, found);
  }

  clear(): void {
    this.#events = [];
    this.#takenUpTo = 0;
  }

  #serve(): void {
    for (let waiter = this.#waiters[0]; waiter !== undefined; waiter = this.#waiters[0]) {
      const { types, found } = waiter;
      while (found.length < types.length && this.#takenUpTo < this.#events.length) {
        const event = this.#events[this.#takenUpTo++];
        if (event !== undefined && event.type === types[found.length]) found.push(event);
      }
      if (found.length < types.length) return;
      this.#waiters.shift();
      waiter.deadline.cancel();
      waiter.resolve(found);
    }
  }

  #miss(waiter: Waiter): BaseError {
    this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
    const { types, found } = waiter;
    const came = this.#events.map(({ type }) => type);
    const missing = types.slice(found.length);
    return new BaseError(
      "EVENTS_MISSING",
      `Expected ${listed(missing)} within ${this.#timeoutMs} ms${found.length === 0 ? "" : ` after ${listed(types.slice(0, found.length))}`}. Recorded: ${listed(came)}.`,
      { details: { missing, recorded: came } },
    );
  }
}

function unexpected(what: string, expected: readonly string[], found: readonly string[]): BaseError {
  return new BaseError("EVENTS_UNEXPECTED", `${what}: ${listed(expected)}. Recorded: ${listed(found)}.`, {
    details: { expected, recorded: found },
  });
}

function listed(types: readonly string[]): string {
  return types.length === 0 ? "nothing" : types.join(", ");
}
