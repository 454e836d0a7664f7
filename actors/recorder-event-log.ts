// Keeps events until they can be written, and counts those for which there was no room.
// Knows nothing of the bus or of writing.
import { type AnyEvent, type Clock, newId } from "../runtime/base/index.ts";
import type { EventRecord, StoreRecord } from "../stores/index.ts";

/** What a log has lost since it last said so. */
export interface DroppedEvents {
  readonly count: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** Events about batches are not logged: writing them makes batches, which make events. */
const UNLOGGED = "store.batch.";

/** The buffer in front of the event log. */
export class EventLogBuffer {
  readonly logId: string;
  readonly #logStartedAt: number;
  readonly #capacity: number;
  #records: EventRecord[] = [];
  #dropped: DroppedEvents | undefined;

  constructor(clock: Clock, capacity: number) {
    this.logId = newId("log");
    this.#logStartedAt = Math.floor(clock.wallMs());
    this.#capacity = capacity;
  }

  /** Keeps an event, or counts it as dropped. True where there is something to write now. */
  add(event: AnyEvent): boolean {
    if (event.type.startsWith(UNLOGGED)) return false;
    if (this.#records.length >= this.#capacity) {
      this.#count(1, event.seq, event.seq);
      return true;
    }
    this.#records.push(this.#toRecord(event));
    return true;
  }

  /** Takes out the oldest events. */
  take(most: number): readonly EventRecord[] {
    return this.#records.splice(0, most);
  }

  /** Counts events that were taken out and not written. */
  lost(records: readonly StoreRecord[]): void {
    for (const record of records) if (record.kind === "event") this.#count(1, record.seq, record.seq);
  }

  /** What was dropped since the last time this was asked; undefined while the buffer is still full. */
  takeDropped(): DroppedEvents | undefined {
    const dropped = this.#records.length < this.#capacity ? this.#dropped : undefined;
    if (dropped !== undefined) this.#dropped = undefined;
    return dropped;
  }

  #count(count: number, firstSeq: number, lastSeq: number): void {
    const before = this.#dropped;
    this.#dropped =
      before === undefined
        ? { count, firstSeq, lastSeq }
        : {
            count: before.count + count,
            firstSeq: Math.min(before.firstSeq, firstSeq),
            lastSeq: Math.max(before.lastSeq, lastSeq),
          };
  }

  #toRecord(event: AnyEvent): EventRecord {
    return {
      kind: "event",
      version: 1,
      logStartedAt: this.#logStartedAt,
      logId: this.logId,
      seq: event.seq,
      type: event.type,
      at: Math.floor(event.at),
      source: event.source,
      ...(event.spanId === undefined ? {} : { spanId: event.spanId }),
      ...(event.parentSpanId === undefined ? {} : { parentSpanId: event.parentSpanId }),
      measures: event.measures,
      // Events are plain data by contract; the store checks it again before it writes.
      about: event.about as EventRecord["about"],
    };
  }
}
