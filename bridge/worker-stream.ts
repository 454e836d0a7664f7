// The stream between host and worker, as its host sees it.
// Only the shape: `grpc-stream.ts` is the real one, tests bring workers made of JavaScript.
import type { HostBatch, WorkerBatch } from "./messages.ts";

/** What is told of a stream. */
export interface StreamListener {
  /** A batch has come. The bytes of its chunks are there until this returns, and no longer: who wants them copies them. */
  batch(batch: WorkerBatch): void;
  /** More may be sent, after `send` answered false. */
  drained(): void;
  /** The stream is over; told once. `problem` says why, where it did not end as agreed. */
  ended(problem?: { readonly message: string; readonly cause?: unknown }): void;
}

/** One bidirectional stream. */
export interface WorkerStream {
  /** Sends a batch; false means to hold back until `drained`. */
  send(batch: HostBatch): boolean;
  /** Ends it at once. */
  close(): void;
}

/** Opens the stream. */
export type OpenStream = (listener: StreamListener) => WorkerStream;
