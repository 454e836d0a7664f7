// The event bus as others see it: typed topics, callbacks and iterators.
// Knows nothing of how matching and delivery are done.
import type { AnyEvent } from "./base/index.ts";
import type { TopicFits } from "./topic.ts";
import type { CheckedPattern } from "./topic-messages.ts";

/** The event of this type. */
export type EventNamed<Events extends AnyEvent, Type extends string> = Events extends { readonly type: Type }
  ? Events
  : never;
/** The events whose type fits the pattern. */
export type EventsFitting<Events extends AnyEvent, Pattern extends string> = Events extends AnyEvent
  ? TopicFits<Events["type"], Pattern> extends true
    ? Events
    : never
  : never;

/** The piece of work an event belongs to. */
export interface SpanIds {
  readonly spanId?: string;
  readonly parentSpanId?: string;
}

/** What happens when a subscriber is slower than its events: forget the oldest, refuse the newest, or end the iteration. */
export type OverflowPolicy = "drop-oldest" | "drop-newest" | "fail";

/** How an async iterator keeps what has not been taken yet. */
export interface EventStreamOptions {
  /** Events kept while nobody takes them. Default 256. */
  readonly buffer?: number;
  /** Default `drop-oldest`. */
  readonly overflow?: OverflowPolicy;
  /** Ends the iteration when aborted. */
  readonly signal?: AbortSignal;
}

/** Events as an async iterable; leaving the loop ends the subscription. It listens from the moment it is made. */
export interface EventStream<Event> extends AsyncIterableIterator<Event, undefined> {
  /** How many events the overflow policy has dropped so far. */
  readonly dropped: number;
  return(): Promise<IteratorResult<Event, undefined>>;
  [Symbol.asyncDispose](): Promise<void>;
  [Symbol.asyncIterator](): EventStream<Event>;
}

/** A subscription; `close` ends it, and so does `using`. */
export interface Subscription {
  close(): void;
  [Symbol.dispose](): void;
}

/**
 * Publishes facts to whoever listens, at once and in order.
 *
 * Listeners run inside `emit`, one after the other; one that throws is reported as `runtime.listener.failed` and changes nothing
 * for the others or the emitter. Correctness must never depend on a listener.
 */
export interface EventBus<Events extends AnyEvent> {
  /** Calls `listener` for every event that fits. @throws PATTERN_INVALID */
  on<Pattern extends string>(
    pattern: CheckedPattern<EventsFitting<Events, Pattern>, Events["type"], Pattern>,
    listener: (event: EventsFitting<Events, Pattern>) => void,
  ): Subscription;
  /** The events that fit as an async iterable with a bounded buffer. With `fail`, a full buffer ends it with EVENTS_OVERFLOWED. */
  events<Pattern extends string>(
    pattern: CheckedPattern<EventsFitting<Events, Pattern>, Events["type"], Pattern>,
    options?: EventStreamOptions,
  ): EventStream<EventsFitting<Events, Pattern>>;
  /** Whether anyone listens to this type: ask before measuring or building anything for an event. */
  has(type: Events["type"]): boolean;
  /** Publishes an event. Where nobody listens it costs one comparison, but its arguments have been built: see `has` and `emitLazy`. */
  emit<Type extends Events["type"]>(
    type: Type,
    source: string,
    measures: EventNamed<Events, Type>["measures"],
    about: EventNamed<Events, Type>["about"],
    span?: SpanIds,
  ): void;
  /** Publishes an event whose content is made only if somebody listens. */
  emitLazy<Type extends Events["type"]>(
    type: Type,
    source: string,
    content: () => Pick<EventNamed<Events, Type>, "measures" | "about">,
    span?: SpanIds,
  ): void;
}
