// The shape that every event has.
// Which events exist is said in each folder's `events.ts`.

/**
 * A fact that has become true, as it travels on the bus: frozen, and plain data throughout.
 *
 * Work is a triple `started` / `stopped` / `failed` that shares one `spanId`.
 */
export interface EventOf<
  Type extends string,
  Measures extends Readonly<Record<string, number>> = Readonly<Record<never, never>>,
  About extends Readonly<Record<string, unknown>> = Readonly<Record<never, never>>,
> {
  /** `<layer>.<noun>.<past participle>`, such as `program.call.stopped`. */
  readonly type: Type;
  /** Counts up by one per event of one system, from 1. Orders events; wall clocks do not. */
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Name of the actor or part that emitted it. */
  readonly source: string;
  /** The piece of work this belongs to, and the one that started it. */
  readonly spanId?: string;
  readonly parentSpanId?: string;
  /** Numbers, with their unit in the name. */
  readonly measures: Measures;
  /** Ids and short facts of what the event concerns. Never a prompt's text, never a secret. */
  readonly about: About;
}

/** What any event is, whatever its type. */
export type AnyEvent = EventOf<string, Readonly<Record<string, number>>, Readonly<Record<string, unknown>>>;
