// The parts of a streamed run between those who make them and the one who takes them.
// Text that nobody has taken yet becomes one part; where too much of it waits, whoever makes it is told to wait.
import type { PartSink, RestartReason, StepPart, StreamPlace } from "./part-sink.ts";
import type { StreamPart } from "./stream-part.ts";

/** Which fields are wanted: of any predictor by name, or of one predictor. */
export type WantedField = string | { readonly path: string; readonly field: string };

/** What a queue is made with. */
export interface PartQueueOptions {
  /** Default: all. */
  readonly fields?: readonly WantedField[];
  /** Characters that may wait before reading stops. Default 16,384. */
  readonly bufferSize?: number;
}

const DEFAULT_BUFFER_SIZE = 16_384;

interface Place extends StreamPlace {
  readonly wanted: ReadonlySet<string>;
}

/** A part that may still grow. */
interface GrowingDelta extends StreamPlace {
  readonly type: "field-delta";
  readonly field: string;
  text: string;
}

type Taken = IteratorResult<StreamPart, undefined>;

type Waiting = { readonly resolve: (taken: Taken) => void; readonly reject: (error: unknown) => void };

const NO_MORE: Taken = { done: true, value: undefined };

/** Keeps parts in order. */
export class PartQueue implements PartSink {
  readonly #fields: readonly WantedField[] | undefined;
  readonly #bufferSize: number;
  readonly #callNumbers = new Map<string, number>();
  readonly #parts: StreamPart[] = [];
  /** The last part and what it is of, if it is text that may still grow. */
  #growing: { readonly place: StreamPlace; readonly delta: GrowingDelta } | undefined;
  #waitingChars = 0;
  #taken: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  #taker: Waiting | undefined;
  #end: { readonly error?: unknown } | undefined;
  #isLimited = false;

  constructor({ fields, bufferSize = DEFAULT_BUFFER_SIZE }: PartQueueOptions) {
    this.#fields = fields;
    this.#bufferSize = bufferSize;
  }

  begin(path: string, fields: readonly string[]): StreamPlace | undefined {
    const wanted = new Set(fields.filter((field) => this.#isWanted(path, field)));
    if (wanted.size === 0) return undefined;
    const callNumber = this.#callNumbers.get(path) ?? 0;
    this.#callNumbers.set(path, callNumber + 1);
    const place: Place = { path, callNumber, wanted };
    return place;
  }

  onText(place: StreamPlace, field: string, text: string): void {
    const growing = this.#growing;
    if (growing !== undefined && growing.place === place && growing.delta.field === field) {
      growing.delta.text += text;
      this.#waitingChars += text.length;
      return;
    }
    if (!isOf(place, field)) return;
    const delta: GrowingDelta = { type: "field-delta", path: place.path, callNumber: place.callNumber, field, text };
    if (this.#add(delta)) return;
    this.#waitingChars += text.length;
    this.#growing = { place, delta };
  }

  onValue(place: StreamPlace, field: string, value: unknown): void {
    if (isOf(place, field)) this.#add({ type: "field-complete", ...of(place), field, value });
  }

  onInvalid(place: StreamPlace, field: string, reason: string): void {
    if (isOf(place, field)) this.#add({ type: "field-invalid", ...of(place), field, reason });
  }

  onRestart(place: StreamPlace, reason: RestartReason): void {
    this.#add({ type: "restarted", ...of(place), reason });
  }

  onStatus(message: string, path: string): void {
    this.#add({ type: "status", message, path });
  }

  onStep(part: StepPart): void {
    this.#add(part);
  }

  whenTaken(): Promise<void> | undefined {
    if (!this.#isLimited || this.#waitingChars <= this.#bufferSize) return undefined;
    if (this.#taken === undefined) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#taken = { promise, resolve };
    }
    return this.#taken.promise;
  }

  /** Has whoever makes parts wait for whoever takes them, or no longer. */
  limit(isLimited: boolean): void {
    this.#isLimited = isLimited;
    if (!isLimited) this.#goOn();
  }

  /** Adds the last part. */
  finish(part: StreamPart): void {
    this.#add(part);
    this.#finish({});
  }

  /** Ends the queue with an error, which is told after the parts that wait. */
  fail(error: unknown): void {
    this.#finish({ error });
  }

  /** The next part. Rejects with what the queue ended in. One taker at a time. */
  take(): Promise<Taken> {
    const part = this.#parts.shift();
    if (part !== undefined) {
      if (part.type === "field-delta") this.#waitingChars -= part.text.length;
      if (this.#parts.length === 0) this.#growing = undefined;
      if (this.#waitingChars <= this.#bufferSize / 2) this.#goOn();
      return Promise.resolve({ done: false, value: part });
    }
    const end = this.#end;
    if (end === undefined)
      return new Promise((resolve, reject) => {
        this.#taker = { resolve, reject };
      });
    if (!("error" in end)) return Promise.resolve(NO_MORE);
    this.#end = {};
    return Promise.reject(end.error);
  }

  /** Forgets what waits. */
  clear(): void {
    this.#parts.length = 0;
    this.#growing = undefined;
    this.#waitingChars = 0;
    this.#finish({});
    this.limit(false);
  }

  #isWanted(path: string, field: string): boolean {
    if (this.#fields === undefined) return true;
    return this.#fields.some((wanted) =>
      typeof wanted === "string" ? wanted === field : wanted.path === path && wanted.field === field,
    );
  }

  /** Whether the part went to somebody who waited for it. */
  #add(part: StreamPart): boolean {
    if (this.#end !== undefined) return true;
    this.#growing = undefined;
    const taker = this.#taker;
    if (taker === undefined) {
      this.#parts.push(part);
      return false;
    }
    this.#taker = undefined;
    taker.resolve({ done: false, value: part });
    return true;
  }

  #finish(end: { readonly error?: unknown }): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#growing = undefined;
    const taker = this.#taker;
    if (taker === undefined) return;
    this.#taker = undefined;
    if ("error" in end) {
      this.#end = {};
      taker.reject(end.error);
    } else taker.resolve(NO_MORE);
  }

  #goOn(): void {
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.resolve();
  }
}

function of({ path, callNumber }: StreamPlace): StreamPlace {
  return { path, callNumber };
}

/** Places are made by `begin`, which notes what is wanted of them. */
function isOf(place: StreamPlace, field: string): boolean {
  return "wanted" in place && place.wanted instanceof Set && place.wanted.has(field);
}
