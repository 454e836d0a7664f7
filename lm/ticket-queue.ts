// Tickets that wait, in the order in which their calls first arrived.
// Knows nothing of what they wait for.

/** The place of one call in front of a provider. Made by an admission; its status is the admission's to change. */
export class Ticket {
  /** Estimated cost of the request. */
  readonly tokens: number;
  /** Counts arrivals: who came first is served first, also when asking again. */
  readonly arrival: number;
  status: "waiting" | "admitted" | "released" | "left" = "waiting";
  /** When it was last admitted, in milliseconds of the admission's clock. */
  sentAt = 0;
  #onAdmitted: (() => void) | undefined;

  constructor(tokens: number, arrival: number) {
    this.tokens = tokens;
    this.arrival = arrival;
  }

  /** Calls back once when the ticket is admitted; at once if it is. */
  whenAdmitted(callback: () => void): void {
    if (this.status === "admitted") callback();
    else this.#onAdmitted = callback;
  }

  /** Marks the ticket admitted. For the admission. */
  admit(now: number): void {
    this.status = "admitted";
    this.sentAt = now;
    const callback = this.#onAdmitted;
    this.#onAdmitted = undefined;
    callback?.();
  }
}

/** A queue in the order of arrival, for tickets that ask for the first time or again. */
export class TicketQueue {
  // New tickets come in order and are dropped lazily; those that ask again are few and are put where they belong.
  readonly #fresh: (Ticket | undefined)[] = [];
  readonly #again: Ticket[] = [];
  #head = 0;
  #lastArrival = -1;
  #freshCount = 0;

  get size(): number {
    return this.#freshCount + this.#again.length;
  }

  add(ticket: Ticket): void {
    if (ticket.arrival > this.#lastArrival) {
      this.#lastArrival = ticket.arrival;
      this.#fresh.push(ticket);
      this.#freshCount++;
      return;
    }
    let index = this.#again.length;
    while (index > 0 && (this.#again[index - 1] as Ticket).arrival > ticket.arrival) index--; // index - 1 < length
    this.#again.splice(index, 0, ticket);
  }

  /** The ticket that is next, or undefined. Those that ask again arrived before all that never were admitted. */
  peek(): Ticket | undefined {
    if (this.#again.length > 0) return this.#again[0];
    this.#skipGaps();
    return this.#fresh[this.#head];
  }

  /** Takes a ticket out, wherever it stands. */
  remove(ticket: Ticket): void {
    const again = this.#again.indexOf(ticket);
    if (again !== -1) {
      this.#again.splice(again, 1);
      return;
    }
    const index = this.#fresh[this.#head] === ticket ? this.#head : this.#fresh.indexOf(ticket, this.#head);
    if (index === -1) return;
    this.#fresh[index] = undefined;
    this.#freshCount--;
    this.#skipGaps();
  }

  #skipGaps(): void {
    while (this.#head < this.#fresh.length && this.#fresh[this.#head] === undefined) this.#head++;
    if (this.#head === this.#fresh.length) {
      this.#fresh.length = 0;
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#fresh.length) {
      this.#fresh.splice(0, this.#head);
      this.#head = 0;
    }
  }
}
