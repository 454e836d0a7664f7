// The events of the store. Tables: docs/reference/events/stores.md.
// Knows nothing of the bus: a store tells its facts to a sink, and whoever owns a bus passes them on.
import type { EventOf } from "../runtime/base/index.ts";

/** A store has been opened. */
export type StoreOpened = EventOf<
  "store.backend.opened",
  { readonly durationMs: number },
  { readonly backendName: string; readonly location: string }
>;

/** A store has been closed; everything accepted before is written. */
export type StoreClosed = EventOf<
  "store.backend.closed",
  { readonly durationMs: number },
  { readonly backendName: string; readonly location: string }
>;

/** A batch is durable as asked. */
export type BatchWritten = EventOf<
  "store.batch.written",
  { readonly durationMs: number; readonly records: number; readonly payloads: number; readonly sizeBytes: number },
  { readonly backendName: string; readonly durability: "process" | "synced" }
>;

/** A batch was not written; nothing of it is in the store. */
export type BatchFailed = EventOf<
  "store.batch.failed",
  { readonly durationMs: number; readonly records: number; readonly payloads: number },
  { readonly backendName: string; readonly code: string }
>;

/** A stored record could not be read and was passed over. */
export type RecordSkipped = EventOf<
  "store.record.skipped",
  Readonly<Record<never, never>>,
  { readonly problem: "corrupt" | "newer"; readonly kind: string; readonly key: string }
>;

/** The recorder's store was away; it waits and will try again. */
export type WriteDelayed = EventOf<
  "store.write.delayed",
  { readonly attempt: number; readonly retryInMs: number; readonly waiting: number },
  { readonly code: string }
>;

/** The event log has lost events, because they came faster than they could be written. */
export type EventLogDropped = EventOf<
  "store.event-log.dropped",
  { readonly count: number },
  { readonly logId: string; readonly firstSeq: number; readonly lastSeq: number }
>;

/** Every event of the store. */
export type StoreEvent =
  | StoreOpened
  | StoreClosed
  | BatchWritten
  | BatchFailed
  | RecordSkipped
  | WriteDelayed
  | EventLogDropped;

/** A fact before the bus has given it its number and time. */
export type StoreFact = StoreEvent extends infer Event
  ? Event extends StoreEvent
    ? { readonly type: Event["type"]; readonly measures: Event["measures"]; readonly about: Event["about"] }
    : never
  : never;

/** Hears the facts of one store, at once and in order. Must not throw. */
export type StoreSink = (fact: StoreFact) => void;

/** Says which facts a sink wants to hear now; asked for each before it is put together. */
export type FactFilter = (type: StoreFact["type"]) => boolean;
