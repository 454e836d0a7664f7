// A host that is a thread of this process.
// Knows nothing of actors.
import { type ResourceLimits, Worker } from "node:worker_threads";
import { type Carrier, type CarrierEvents, entryBeside } from "./carrier.ts";

/** How threads are started. */
export interface ThreadSettings {
  readonly resourceLimits?: ResourceLimits;
  readonly execArgv?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly heartbeatMs: number;
  readonly drainMs: number;
}

/** What a thread is told at its start. */
export interface ThreadData {
  readonly hostName: string;
  /** One 64-bit number: when its event loop last came round, in nanoseconds. */
  readonly beat: SharedArrayBuffer;
  readonly heartbeatMs: number;
  readonly drainMs: number;
}

const ENTRY = entryBeside(import.meta.url, "./thread-main");

export class ThreadCarrier implements Carrier {
  readonly kind = "thread";
  readonly sharesMemory = true;
  readonly #worker: Worker;
  readonly #beat = new BigInt64Array(new SharedArrayBuffer(8));
  #isHeld = true;

  constructor(hostName: string, settings: ThreadSettings, events: CarrierEvents) {
    const { resourceLimits, execArgv, env, heartbeatMs, drainMs } = settings;
    const workerData: ThreadData = { hostName, beat: this.#beat.buffer as SharedArrayBuffer, heartbeatMs, drainMs };
    this.#worker = new Worker(ENTRY, {
      name: hostName,
      workerData,
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
      ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }),
      ...(env === undefined ? {} : { env: { ...env } }),
    });
    this.#worker.on("message", events.batch);
    this.#worker.on("error", (error: NodeJS.ErrnoException) => {
      const isMemory = error?.code === "ERR_WORKER_OUT_OF_MEMORY";
      events.lost(isMemory ? "out-of-memory" : "failed", error instanceof Error ? error.message : String(error), error);
    });
    this.#worker.on("exit", (code) => events.lost("exited", `code ${code}`));
    this.hold(false);
  }

  get systemId(): number {
    return this.#worker.threadId;
  }

  readonly post = (batch: readonly unknown[], moved: readonly object[]): void => {
    // The writer puts only buffers and ports beside a batch.
    this.#worker.postMessage(batch, moved as ArrayBuffer[]);
  };

  lastBeatMs(): number {
    return Number(Atomics.load(this.#beat, 0)) / 1e6;
  }

  hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    if (isHeld) this.#worker.ref();
    else this.#worker.unref();
  }

  async kill(): Promise<void> {
    await this.#worker.terminate();
  }
}
