// Makes calls of workers that have been leased for them, and tells of each.
// Knows nothing of how a worker is chosen; its pool is told when one is free again.
import { type Clock, errorCode } from "../runtime/base/index.ts";
import type { StartedCall, StartedStream } from "./call-port.ts";
import type { AffinityOptions, PoolCallOptions, PoolStreamOptions } from "./pool-options.ts";
import type { PoolReporter } from "./pool-reporter.ts";
import type { PoolSlot } from "./pool-slot.ts";

/** What they are made of. */
export interface PoolCallsParts {
  readonly poolName: string;
  readonly clock: Clock;
  readonly reporter: PoolReporter;
  /** A worker works on one call less, which had this affinity. */
  readonly release: (slot: PoolSlot, affinity?: AffinityOptions) => void;
}

/** One call, and how long it has waited for its worker. */
export interface LeasedCall<Options = PoolCallOptions> {
  readonly handler: string;
  readonly input: unknown;
  readonly options: Options;
  readonly queuedMs: number;
}

/** The calls of one pool. */
export class PoolCalls {
  readonly #parts: PoolCallsParts;

  constructor(parts: PoolCallsParts) {
    this.#parts = parts;
  }

  /** Makes a call of a worker that is counted as taken already where it is not a session's. */
  async run(slot: PoolSlot, call: LeasedCall): Promise<unknown> {
    return this.#told(slot, call, (connection, options) => connection.start(call.handler, call.input, options)).result;
  }

  /** Begins a stream of such a worker. Throws where the input has no form. */
  stream(slot: PoolSlot, call: LeasedCall<PoolStreamOptions>): StartedStream {
    return this.#told(slot, call, (connection, options) => connection.stream(call.handler, call.input, options));
  }

  /** Makes a call that nobody awaits and nobody is told of. */
  send(slot: PoolSlot, handler: string, input: unknown): void {
    slot.running += 1;
    try {
      const { result, done } = slot.worker.connection.start(handler, input);
      result.catch(() => {});
      void done.then(() => this.#parts.release(slot));
    } catch {
      // The worker has just been lost, and all that it held with it.
      this.#parts.release(slot);
    }
  }

  /** The worker is free again once it works on the call no more, which may be later than the caller knows the result. */
  #told<Started extends StartedCall<unknown>, Options extends PoolCallOptions>(
    slot: PoolSlot,
    { handler, options, queuedMs }: LeasedCall<Options>,
    start: (connection: PoolSlot["worker"]["connection"], options: Options) => Started,
  ): Started {
    const { clock, poolName, reporter, release } = this.#parts;
    if (slot.status === "taken") slot.running += 1;
    const startedMs = clock.now();
    const about = { pool: poolName, worker: slot.worker.worker, handler };
    const failed = (error: unknown): void => {
      const durationMs = clock.now() - startedMs;
      reporter.emit("bridge.call.failed", { durationMs }, { ...about, code: errorCode(error) });
    };
    reporter.emit("bridge.call.started", { queuedMs }, about);
    try {
      const started = start(slot.worker.connection, reporter.heard(about, options));
      void started.done.then(() => release(slot, options.affinity));
      started.result.then(
        () => reporter.emit("bridge.call.stopped", { durationMs: clock.now() - startedMs }, about),
        failed,
      );
      return started;
    } catch (error) {
      release(slot, options.affinity);
      failed(error);
      throw error;
    }
  }
}
