// Tells of what happens in a pool: puts the pool's name to it, and together only what somebody hears.
// Knows nothing of the bus.
import type { AboutOf, BridgeEvent, BridgeEvents, MeasuresOf } from "./events.ts";
import type { PoolCallOptions } from "./pool-options.ts";
import type { WorkerLog } from "./worker-log.ts";

/** The voice of one pool. */
export class PoolReporter {
  readonly #pool: string;
  readonly #events: BridgeEvents | undefined;

  constructor(pool: string, events: BridgeEvents | undefined) {
    this.#pool = pool;
    this.#events = events;
  }

  /** Tells of something, where somebody listens. */
  emit<Type extends BridgeEvent["type"]>(type: Type, measures: MeasuresOf<Type>, about: AboutOf<Type>): void {
    if (this.#events?.has(type) === true) this.#events.emit(type, measures, about);
  }

  /** A call's options with the call's own listeners and the bus behind them. */
  heard<Options extends PoolCallOptions>(
    about: { readonly worker: string; readonly handler: string },
    options: Options,
  ): Options {
    if (this.#events === undefined) return options;
    return {
      ...options,
      // The bus first: a listener of the call's own may throw, and ends its call by that.
      onLog: (log) => {
        this.logged(about.worker, about.handler, log);
        options.onLog?.(log);
      },
      onProgress: (progress) => {
        const { label, done, total } = progress;
        this.emit("bridge.progress.reported", { done, total }, { pool: this.#pool, ...about, label });
        options.onProgress?.(progress);
      },
    };
  }

  /** Tells of a line of output; `handler` is empty where it is the worker's own. */
  logged(worker: string, handler: string, { source, level, logger, text, droppedBytes }: WorkerLog): void {
    const about = { pool: this.#pool, worker, handler, stream: source, level, logger, text };
    this.emit("bridge.output.written", { droppedBytes }, about);
  }
}
