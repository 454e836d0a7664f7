// The pieces of one flight's answer on their way to those who listen: late ones are told what came before, a slow one holds nobody up but itself.
// What comes in one turn is told as one piece. Knows nothing of retries, but that a new attempt begins the answer again.
import type { Deadline, Deadlines } from "./deadlines.ts";
import type { LmListener } from "./listener.ts";
import type { LmProvider, ProviderCallOptions } from "./provider.ts";
import type { LmRequest, LmResponse } from "./request.ts";

interface Heard {
  text: string;
  reasoning: string;
}

/** Tells one answer to any number of listeners. */
export class FlightStream {
  readonly #now: () => number;
  readonly #listeners = new Set<LmListener>();
  /** By completion. */
  readonly #heard: Heard[] = [];
  /** Callers who wait for the answer alone. */
  #plainCallers = 0;
  #pausedFor: { readonly promise: Promise<void>; readonly resume: () => void } | undefined;
  /** When the last piece came, or the reading went on after a pause. */
  #lastHeardAt = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes a caller in until its promise settles; one without a listener waits for the answer alone, and then nobody may hold it up. */
  join(listener: LmListener | undefined, outcome: Promise<unknown>): void {
    if (listener === undefined) {
      this.#plainCallers++;
      this.#goOn();
    } else {
      this.#add(listener);
    }
    const leave = (): void => {
      if (listener === undefined) this.#plainCallers--;
      else this.#listeners.delete(listener);
      this.#goOn();
    };
    outcome.then(leave, leave);
  }

  /** Settles when whoever reads may go on; undefined while he need not wait. */
  get paused(): Promise<void> | undefined {
    return this.#pausedFor?.promise;
  }

  /** Makes an attempt; only its own pieces count until it has ended. */
  async ask(provider: LmProvider, request: LmRequest, options: ProviderCallOptions): Promise<LmResponse> {
    if (provider.stream === undefined) return provider.complete(request, options);
    this.#lastHeardAt = this.#now();
    if (this.#heard.length > 0) this.restart();
    const attempt = new Attempt(this);
    try {
      const response = await provider.stream(request, options, attempt);
      // Before the callers have the answer.
      attempt.tell();
      return response;
    } finally {
      attempt.end();
    }
  }

  /** The deadline of an attempt: what counts as hung is silence, not an answer that is long or that nobody takes. */
  limit(deadlines: Deadlines, silenceMs: number, onHung: () => void): Deadline {
    this.#lastHeardAt = this.#now();
    const limit = { ...deadlines.add(this.#now() + silenceMs, () => look()) };
    const look = (): void => {
      const silentSince = this.#pausedFor === undefined ? this.#lastHeardAt : this.#now();
      if (this.#now() >= silentSince + silenceMs) onHung();
      // The same object, so that whoever holds it forgets the deadline that is waited for now.
      else Object.assign(limit, deadlines.add(silentSince + silenceMs, look));
    };
    return limit;
  }

  /** What came so far does not count. */
  restart(): void {
    this.#heard.length = 0;
    for (const listener of this.#listeners) listener.onRestart();
  }

  #add(listener: LmListener): void {
    this.#listeners.add(listener);
    let isReady = true;
    this.#heard.forEach(({ text, reasoning }, completion) => {
      if (reasoning !== "" && listener.onReasoning(reasoning, completion) !== undefined) isReady = false;
      if (text !== "" && listener.onText(text, completion) !== undefined) isReady = false;
    });
    if (isReady) this.#goOn();
  }

  #at(completion: number): Heard {
    this.#heard[completion] ??= { text: "", reasoning: "" };
    return this.#heard[completion];
  }

  /** Tells everybody who listens of one piece. */
  tell(kind: "text" | "reasoning", text: string, completion: number): void {
    this.#lastHeardAt = this.#now();
    this.#at(completion)[kind] += text;
    let isAnyReady = this.#plainCallers > 0 || this.#listeners.size === 0;
    const full: Promise<void>[] = [];
    for (const listener of this.#listeners) {
      const wait = kind === "text" ? listener.onText(text, completion) : listener.onReasoning(text, completion);
      if (wait === undefined) isAnyReady = true;
      else full.push(wait);
    }
    if (!isAnyReady) this.#pause(full);
  }

  /** Until one of the listeners wants more, or somebody comes or goes. */
  #pause(full: readonly Promise<void>[]): void {
    if (this.#pausedFor === undefined) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#pausedFor = { promise, resume: resolve };
    }
    const goOn = (): void => this.#goOn();
    for (const wait of full) wait.then(goOn, goOn);
  }

  #goOn(): void {
    const paused = this.#pausedFor;
    if (paused === undefined) return;
    this.#pausedFor = undefined;
    this.#lastHeardAt = this.#now();
    paused.resume();
  }
}

/**
 * What one attempt tells, for as long as it counts: one that was given up may go on talking.
 *
 * What comes in one turn is gathered. Rejected: telling each piece by itself; a socket brings hundreds at once, and each would pass all that listen.
 */
class Attempt implements LmListener {
  readonly #stream: FlightStream;
  #status: "under way" | "over" = "under way";
  #untold = "";
  #kind: "text" | "reasoning" = "text";
  #completion = 0;

  constructor(stream: FlightStream) {
    this.#stream = stream;
  }

  end(): void {
    this.#status = "over";
    this.#untold = "";
  }

  onText(text: string, completion: number): void | Promise<void> {
    if (this.#untold !== "" && completion === this.#completion && this.#kind === "text") {
      this.#untold += text;
      return this.#stream.paused;
    }
    return this.#begin("text", text, completion);
  }

  onReasoning(text: string, completion: number): void | Promise<void> {
    if (this.#untold !== "" && completion === this.#completion && this.#kind === "reasoning") {
      this.#untold += text;
      return this.#stream.paused;
    }
    return this.#begin("reasoning", text, completion);
  }

  onRestart(): void {
    if (this.#status === "over") return;
    this.#untold = "";
    this.#stream.restart();
  }

  /** Tells what was gathered. */
  readonly tell = (): void => {
    const text = this.#untold;
    if (text === "") return;
    this.#untold = "";
    this.#stream.tell(this.#kind, text, this.#completion);
  };

  #begin(kind: "text" | "reasoning", text: string, completion: number): void | Promise<void> {
    if (this.#status === "over" || text === "") return undefined;
    this.tell();
    this.#kind = kind;
    this.#completion = completion;
    this.#untold = text;
    queueMicrotask(this.tell);
    return this.#stream.paused;
  }
}
