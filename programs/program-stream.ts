// A run of a program as a stream: its parts to iterate over, its prediction to await.
// Knows nothing of where the program runs.
import { aborted } from "./errors.ts";
import { PartQueue, type PartQueueOptions } from "./part-queue.ts";
import type { PartSink } from "./part-sink.ts";
import type { Prediction } from "./prediction.ts";
import type { StatusMessages } from "./status-messages.ts";
import type { StreamPart } from "./stream-part.ts";
import type { UsageTracker } from "./usage.ts";
import { UsageTracker as Tracker } from "./usage.ts";

/** What a stream tells, and how much of it may wait. */
export interface StreamOptions extends PartQueueOptions {
  /** Words what is being done, moment by moment. Default: the calls of tools, in DSPy's words. `off`: nothing. */
  readonly status?: StatusMessages | "off";
}

/** What a streamed run is given besides its inputs. */
export interface StreamedRun {
  readonly parts: PartSink;
  readonly signal: AbortSignal;
  readonly usage: UsageTracker;
}

/**
 * A run that is streamed.
 *
 * It begins with the first part that is asked for, or with `result`. Leaving the loop ends the run and the sockets under it. While somebody iterates,
 * reading waits for him once `bufferSize` characters do; `result` lifts that, since whoever awaits it need not iterate.
 *
 * Iterate over it once: a second loop goes on where the first stood.
 */
export class ProgramStream<Outputs extends object = object>
  implements AsyncIterableIterator<StreamPart<Outputs>, undefined>, AsyncDisposable
{
  readonly #queue: PartQueue;
  readonly #begin: (run: StreamedRun) => Promise<Prediction<Outputs>>;
  readonly #controller = new AbortController();
  readonly #usage = new Tracker();
  #result: Promise<Prediction<Outputs>> | undefined;
  #settle: ((error: unknown) => void) | undefined;

  /** Made by whoever runs programs: `begin` is called once, when the stream is first asked for anything. */
  constructor(begin: (run: StreamedRun) => Promise<Prediction<Outputs>>, options: StreamOptions = {}) {
    this.#begin = begin;
    this.#queue = new PartQueue(options);
  }

  /** What the run comes to. Rejects as the run does, and with PROGRAM_ABORTED where the loop was left before its end. */
  get result(): Promise<Prediction<Outputs>> {
    const result = this.#start();
    this.#queue.limit(false);
    return result;
  }

  /** The next part. Rejects with what the run fails with, once. */
  next(): Promise<IteratorResult<StreamPart<Outputs>, undefined>> {
    if (this.#result === undefined) {
      this.#queue.limit(true);
      this.#start();
    }
    // The parts are made by this stream's own run, whose outputs these are.
    return this.#queue.take() as Promise<IteratorResult<StreamPart<Outputs>, undefined>>;
  }

  /** Ends the run. What it had paid for by then is in its record. */
  async return(): Promise<IteratorResult<StreamPart<Outputs>, undefined>> {
    this.cancel();
    return { done: true, value: undefined };
  }

  /** Ends the run with this reason. A second time does nothing. */
  cancel(reason: unknown = new Error("The stream was left before its end.")): void {
    if (this.#controller.signal.aborted) return;
    this.#controller.abort(reason);
    this.#queue.clear();
    // At once: whoever left does not wait for what is below to notice.
    this.#settle?.(aborted("self", reason));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
  }

  #start(): Promise<Prediction<Outputs>> {
    if (this.#result !== undefined) return this.#result;
    const { promise, resolve, reject } = Promise.withResolvers<Prediction<Outputs>>();
    this.#result = promise;
    // Told to whoever iterates, and by `result` to whoever awaits it; nobody need do both.
    promise.catch(() => {});
    this.#settle = reject;
    const run = this.#controller.signal.aborted
      ? Promise.reject(aborted("self", this.#controller.signal.reason))
      : this.#begin({ parts: this.#queue, signal: this.#controller.signal, usage: this.#usage });
    run.then(
      (prediction) => {
        this.#queue.finish({ type: "prediction", prediction, usage: this.#usage.byModel });
        resolve(prediction);
      },
      (error: unknown) => {
        this.#queue.fail(error);
        reject(error);
      },
    );
    return promise;
  }
}
