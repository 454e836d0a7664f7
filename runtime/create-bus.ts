// The event bus: who listens to what, found once per topic; envelopes, made in this one place.
// Knows nothing of what the events mean.
import { EventEmitter } from "eventemitter3";
import { type AnyEvent, type Clock, systemClock, toErrorRecord } from "./base/index.ts";
import type { EventBus, EventStreamOptions, SpanIds, Subscription } from "./event-bus.ts";
import { openEventStream } from "./event-stream.ts";
import { checkPattern, topicFits } from "./topic.ts";

/** Topics whose listeners are remembered. Types come from closed unions, so a full cache means topics made up at run time: it starts afresh. */
const REMEMBERED_TOPICS = 1024;
const LISTENER_FAILED = "runtime.listener.failed";
const NOBODY: readonly string[] = [];

type Listener = (event: AnyEvent) => void;

/** The untyped bus underneath every typed one. */
export class BusCore {
  readonly #emitter = new EventEmitter();
  readonly #patterns = new Map<string, number>();
  readonly #fitting = new Map<string, readonly string[]>();
  readonly #clock: Clock;
  // Not the map's size: the field is read on every emit.
  #patternCount = 0;
  #seq = 0;
  /** How many emits are under way. A listener acts for itself, not for the actor whose event it hears. */
  delivering = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has(type: string): boolean {
    return this.#patternCount !== 0 && this.#patternsFor(type).length !== 0;
  }

  emit(
    type: string,
    source: string,
    measures: Readonly<Record<string, number>>,
    about: Readonly<Record<string, unknown>>,
    span?: SpanIds,
  ): void {
    if (this.#patternCount === 0) return;
    const patterns = this.#patternsFor(type);
    if (patterns.length === 0) return;
    const event: AnyEvent = Object.freeze({
      type,
      seq: ++this.#seq,
      at: this.#clock.wallMs(),
      source,
      ...(span?.spanId === undefined ? {} : { spanId: span.spanId }),
      ...(span?.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
      measures: Object.freeze(measures),
      about: Object.freeze(about),
    });
    this.delivering++;
    for (const pattern of patterns) this.#emitter.emit(pattern, event);
    this.delivering--;
  }

  emitLazy(
    type: string,
    source: string,
    content: () => {
      readonly measures: Readonly<Record<string, number>>;
      readonly about: Readonly<Record<string, unknown>>;
    },
    span?: SpanIds,
  ): void {
    if (!this.has(type)) return;
    const { measures, about } = content();
    this.emit(type, source, measures, about, span);
  }

  on(pattern: string, listener: Listener): Subscription {
    checkPattern(pattern);
    const guarded: Listener = (event) => {
      try {
        listener(event);
      } catch (error) {
        this.#reportListener(event, pattern, error);
      }
    };
    this.#emitter.on(pattern, guarded);
    const count = this.#patterns.get(pattern) ?? 0;
    this.#patterns.set(pattern, count + 1);
    if (count === 0) this.#patternsChanged();
    let isOpen = true;
    const close = (): void => {
      if (!isOpen) return;
      isOpen = false;
      this.#emitter.off(pattern, guarded);
      const left = (this.#patterns.get(pattern) ?? 1) - 1;
      if (left > 0) {
        this.#patterns.set(pattern, left);
        return;
      }
      this.#patterns.delete(pattern);
      this.#patternsChanged();
    };
    return { close, [Symbol.dispose]: close };
  }

  events(pattern: string, options: EventStreamOptions = {}): ReturnType<typeof openEventStream<AnyEvent>> {
    return openEventStream((listener) => this.on(pattern, listener), options);
  }

  #patternsChanged(): void {
    this.#patternCount = this.#patterns.size;
    this.#fitting.clear();
  }

  #patternsFor(type: string): readonly string[] {
    const remembered = this.#fitting.get(type);
    if (remembered !== undefined) return remembered;
    const found = [...this.#patterns.keys()].filter((pattern) => topicFits(type, pattern));
    const patterns = found.length === 0 ? NOBODY : found;
    if (this.#fitting.size >= REMEMBERED_TOPICS) this.#fitting.clear();
    this.#fitting.set(type, patterns);
    return patterns;
  }

  #reportListener(event: AnyEvent, pattern: string, error: unknown): void {
    // A listener that fails on the report of its own failure is not reported again: that would never end.
    if (event.type === LISTENER_FAILED) return;
    const { name, message } = toErrorRecord(error);
    const reason = name === "nocatch" ? message : `${name}: ${message}`;
    this.emit(LISTENER_FAILED, "bus", {}, { topic: event.type, pattern, reason });
  }
}

/** What a bus is made with. */
export interface BusOptions {
  /** Where `at` comes from. Default the machine's clock. */
  readonly clock?: Clock;
}

const cores = new WeakMap<object, BusCore>();

/**
 * Makes an event bus for a closed union of events.
 * @example
 * const bus = createBus<RuntimeEvent>();
 * bus.on("runtime.actor.*", (event) => console.log(event.type, event.about.actor));
 */
export function createBus<Events extends AnyEvent>(options: BusOptions = {}): EventBus<Events> {
  const core = new BusCore(options.clock ?? systemClock);
  // The union exists for the compiler only: at run time a type is a string, and the core takes any.
  const bus = core as unknown as EventBus<Events>;
  cores.set(bus, core);
  return bus;
}

/** The untyped core of a bus made by {@link createBus}, or undefined for a stranger's. */
export function busCore<Events extends AnyEvent>(bus: EventBus<Events>): BusCore | undefined {
  return cores.get(bus);
}
