// Writes down what a system, a bus or a runtime publishes: the typed face of a record.
// Knows nothing of what the events mean or of how they are waited for.
import type { AppEvent, Runtime } from "../actors/index.ts";
import type { AnyEvent, EventBus, EventNamed, RuntimeEvent } from "../runtime/index.ts";
import { EventRecord } from "./event-record.ts";

/** What a recorder takes down, and how long it waits. */
export interface EventRecorderOptions {
  /** Only events that fit: `runtime.child.*`, `lm.#`. Default `#`, all of them. */
  readonly pattern?: string;
  /** Milliseconds of real time after which an awaited event is missing, whatever clock the system runs on. Default 2000. */
  readonly timeoutMs?: number;
}

/** The events of these types, one for each. */
export type EventsNamed<Events extends AnyEvent, Types extends readonly Events["type"][]> = {
  -readonly [At in keyof Types]: EventNamed<Events, Types[At]>;
};

/** What was published since the recorder was made or cleared. */
export interface EventRecorder<Events extends AnyEvent> {
  /** In the order in which they were published. */
  readonly events: readonly Events[];
  /** Their types. */
  readonly types: readonly Events["type"][];
  /**
   * Waits for events of these types in this order; others may come in between. What is recorded already counts, unless an earlier
   * `sequence` or `next` has taken it.
   *
   * Rejects with EVENTS_MISSING after `timeoutMs`, naming what came instead. Move a manual clock after asking, not before.
   */
  sequence<const Types extends readonly Events["type"][]>(types: Types): Promise<EventsNamed<Events, Types>>;
  /** Waits for the next event of this type. As `sequence` with one. */
  next<Type extends Events["type"]>(type: Type): Promise<EventNamed<Events, Type>>;
  /** Holds that exactly these came, in this order. @throws EVENTS_UNEXPECTED */
  expectTypes(types: readonly Events["type"][]): void;
  /** Holds that these came in this order, whatever came in between. @throws EVENTS_UNEXPECTED */
  expectSequence(types: readonly Events["type"][]): void;
  /** Forgets everything so far. */
  clear(): void;
  /** Takes nothing down any more; whoever waits goes on waiting for what cannot come. */
  stop(): void;
  [Symbol.dispose](): void;
}

const DEFAULT_TIMEOUT_MS = 2000;

/**
 * Begins to write down what is published.
 * @example
 * const recorder = recordEvents(system, { pattern: "runtime.child.*" });
 * ref.kill();
 * const [restarted] = await recorder.sequence(["runtime.child.restarted"]);
 */
export function recordEvents(
  system: { readonly bus: EventBus<RuntimeEvent> },
  options?: EventRecorderOptions,
): EventRecorder<RuntimeEvent>;
export function recordEvents<Events extends AnyEvent>(
  bus: EventBus<Events>,
  options?: EventRecorderOptions,
): EventRecorder<Events>;
export function recordEvents(runtime: Pick<Runtime, "on">, options?: EventRecorderOptions): EventRecorder<AppEvent>;
export function recordEvents(
  source: { readonly bus: Listened } | Listened,
  { pattern = "#", timeoutMs = DEFAULT_TIMEOUT_MS }: EventRecorderOptions = {},
  // What the overloads say of it: a record of untyped events knows no types.
): EventRecorder<never> {
  const record = new EventRecord(timeoutMs);
  const subscription = ("bus" in source ? source.bus : source).on(pattern as never, (event) => record.take(event));
  const stop = (): void => subscription.close();
  return {
    get events() {
      return record.events;
    },
    get types() {
      return record.events.map(({ type }) => type);
    },
    sequence: (types: readonly string[]) => record.sequence(types),
    next: async (type: string) => (await record.sequence([type]))[0],
    expectTypes: (types: readonly string[]) => record.expectTypes(types),
    expectSequence: (types: readonly string[]) => record.expectSequence(types),
    clear: () => record.clear(),
    stop,
    [Symbol.dispose]: stop,
  } as unknown as EventRecorder<never>;
}

/** What every bus and runtime has; their own `on` also checks the pattern's spelling at compile time. */
interface Listened {
  on(pattern: never, listener: (event: AnyEvent) => void): { close(): void };
}
