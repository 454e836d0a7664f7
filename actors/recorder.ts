// The recorder: the single writer of the store, as an actor. Answers a request once it is written, and keeps the event log.
// Knows nothing of what is recorded or why.
import type { Timer } from "../runtime/base/index.ts";
import { defineActor, noReply, type Self } from "../runtime/index.ts";
import type { Durability, ResultStore, StoreBatch } from "../stores/index.ts";
import type { AppBus } from "./events.ts";
import { EventLogBuffer } from "./recorder-event-log.ts";
import { type Acknowledge, type RecorderLimits, RecorderQueue } from "./recorder-queue.ts";

/** What a recorder is started with. */
export interface RecorderOptions {
  /** Opened before and closed after the recorder's life, by whoever starts it. */
  readonly store: ResultStore;
  /** Default `process`. */
  readonly durability?: Durability;
  /** Where the recorder reports its waiting, and hears the events to log. Default: neither. */
  readonly bus?: AppBus;
  /** Whether everything on the bus is kept in the store. Default `on` where there is a bus. */
  readonly eventLog?: "on" | "off";
  /** Events kept while the store is busy; beyond it they are dropped and counted. Default 4,096. */
  readonly eventBuffer?: number;
  readonly limits?: RecorderLimits;
}

interface RecorderState {
  readonly queue: RecorderQueue;
  readonly stopListening: () => void;
}

/** How long an event waits for company before it is written by itself. */
const EVENT_WAIT_MS = 200;
const DEFAULT_EVENT_BUFFER = 4096;
const SOURCE = "recorder";
/** What the recorder sends itself when there is something to write. */
const WRITE = Symbol("write");

/**
 * Makes the recorder's behaviour.
 *
 * `call("record", batch, { timeoutMs: Infinity })` answers when the batch is durable as configured; requests are written in the
 * order they came, many per batch. The recorder waits out a store that is briefly away, so a deadline on the call only makes the
 * caller forget a batch that may be written all the same.
 * Rejects with RECORDER_UNAVAILABLE, STORE_RECORD_INVALID, STORE_KEY_INVALID, STORE_EXPERIMENT_EXISTS, STORE_RECORD_NEWER.
 *
 * The parameter is for tests alone: `before-write` acknowledges what may still be lost.
 */
export function defineRecorder(acknowledge: Acknowledge = "after-write") {
  return defineActor({
    behaviourName: SOURCE,
    init: (options: RecorderOptions, self) => startRecorder(options, self, acknowledge),
    handleCall: {
      record: (state: RecorderState, batch: StoreBatch, self) => {
        const from = self.replyTo<undefined>();
        state.queue.push(batch, from);
        return noReply(state, from);
      },
    },
    handleInfo: (state, message) => {
      if (message === WRITE) state.queue.write();
      return state;
    },
    trapExit: true,
    terminate: async (_reason, state) => {
      state.stopListening();
      await state.queue.flush();
    },
  });
}

/** The recorder's behaviour. */
export const recorder = defineRecorder();

function startRecorder(options: RecorderOptions, self: Self, acknowledge: Acknowledge): RecorderState {
  const { clock } = self.system;
  const { bus } = options;
  const isLogging = bus !== undefined && (options.eventLog ?? "on") === "on";
  const log = new EventLogBuffer(clock, isLogging ? (options.eventBuffer ?? DEFAULT_EVENT_BUFFER) : 0);
  const queue = new RecorderQueue({
    store: options.store,
    clock,
    durability: options.durability ?? "process",
    limits: options.limits ?? {},
    acknowledge,
    signal: self.signal,
    // After this turn of the event loop: what its sockets bring becomes one batch, which costs half as much as a batch for each. Through the
    // own mailbox, so that the requests that lie in it already come first.
    schedule: () => void setImmediate(() => self.send(self.ref, WRITE)),
    ears: {
      takeAlong(room) {
        const taken = log.take(room);
        const dropped = log.takeDropped();
        if (dropped !== undefined) {
          const { count, firstSeq, lastSeq } = dropped;
          // The log hears this itself, and so writes it down.
          bus?.emit("store.event-log.dropped", SOURCE, { count }, { logId: log.logId, firstSeq, lastSeq });
        }
        return taken;
      },
      lost: (records) => log.lost(records),
      delayed(attempt, retryInMs, waiting, code) {
        if (bus?.has("store.write.delayed") === true) {
          bus.emit("store.write.delayed", SOURCE, { attempt, retryInMs, waiting }, { code });
        }
      },
    },
  });
  if (!isLogging) return { queue, stopListening: () => undefined };
  let timer: Timer | undefined;
  const subscription = bus.on("#", (event) => {
    if (!log.add(event) || timer !== undefined) return;
    timer = clock.setTimer(EVENT_WAIT_MS, () => {
      timer = undefined;
      queue.wake();
    });
  });
  const stopListening = () => {
    timer?.cancel();
    subscription.close();
  };
  // A kill runs no `terminate`; the abort reaches the subscription in either case.
  self.signal.addEventListener("abort", stopListening, { once: true });
  return { queue, stopListening };
}
